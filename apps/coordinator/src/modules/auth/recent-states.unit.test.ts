import { beforeEach, expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.ts';
import { createRecentStates } from './recent-states.ts';

let now: number;
let reads: string[];
let answer: () => Promise<string | undefined>;
const recent = () =>
  createRecentStates(
    (id) => {
      reads.push(id);
      return answer();
    },
    () => new Date(now),
  );
beforeEach(() => {
  [now, reads] = [0, []];
  answer = () => Promise.resolve('state');
});

it('reads once a second, and each time when it must be fresh', async () => {
  const states = recent();
  await Promise.all([states.read('a', false), states.read('a', false)]);
  now = 999;
  expect(await states.read('a', false)).toBe('state');
  expect(reads).toHaveLength(1);
  now = 1000;
  await states.read('a', false);
  await states.read('a', true);
  expect(reads).toHaveLength(3);
});

it('does not remember what was asked before everything was forgotten', async () => {
  const states = recent();
  const late = Promise.withResolvers<string>();
  answer = () => late.promise;
  const before = states.read('a', false);
  states.forgetAll();
  answer = () => Promise.resolve('new');
  expect(await states.read('a', false)).toBe('new');
  late.resolve('old');
  expect(await before).toBe('old');
  expect(await states.read('a', false)).toBe('new');
});

it('remembers neither what is not there nor an error', async () => {
  const states = recent();
  answer = () => Promise.resolve(undefined);
  expect(await states.read('a', false)).toBeUndefined();
  answer = () => Promise.reject(new Error('away'));
  await expect(states.read('a', false)).rejects.toThrow('away');
  answer = () => Promise.resolve('back');
  expect(await states.read('a', false)).toBe('back');
});

it('holds no more than it may', () => {
  const map = new BoundedMap<number, number>(2);
  for (const n of [1, 2, 1, 3]) map.set(n, n);
  expect([map.get(1), map.get(2), map.get(3)]).toEqual([1, undefined, 3]);
});
