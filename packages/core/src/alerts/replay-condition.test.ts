import { expect, it } from 'vitest';
import { parseCondition } from './parse-condition.ts';
import { type PastFiring, replayCondition } from './replay-condition.ts';

const S = 1_000;
/** Every ten seconds from zero; a gap where nothing was measured. */
function replay(text: string, values: readonly (number | 'gap' | readonly [number, number])[]): PastFiring[] {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  const samples = values.flatMap((value, index) => {
    if (value === 'gap') return [];
    const [min, max] = typeof value === 'number' ? [value, value] : value;
    return [{ at: index * 10 * S, min, max }];
  });
  return replayCondition(parsed.value, samples);
}
const firing = (startedAt: number, firedAt: number, resolvedAt: number | null): PastFiring => ({
  startedAt: startedAt * S,
  firedAt: firedAt * S,
  resolvedAt: resolvedAt === null ? null : resolvedAt * S,
});

it('a condition fires when it holds, and is over when it does not', () => {
  expect(replay('cpu_usage > 90', [1, 95, 96, 1, 95])).toEqual([firing(10, 10, 30), firing(40, 40, null)]);
});

it('one that must last fires only after that', () => {
  expect(replay('cpu_usage > 90 for 20s', [95, 95, 1, 95, 95, 95, 1])).toEqual([firing(30, 50, 60)]);
});

it('where nothing was measured a pending one starts over and a firing one goes on', () => {
  const gap = ['gap', 'gap', 'gap'] as const;
  expect(replay('cpu_usage > 90 for 20s', [95, 95, ...gap, 95, 95, 1])).toEqual([]);
  expect(replay('cpu_usage > 90', [95, ...gap, 95, 1])).toEqual([firing(0, 0, 50)]);
  expect(replay('cpu_usage > 90', [])).toEqual([]);
});

it('of several instances the worst off counts', () => {
  expect(
    replay('cpu_usage > 90', [
      [5, 95],
      [5, 6],
    ]),
  ).toEqual([firing(0, 0, 10)]);
  expect(
    replay('cpu_usage < 10', [
      [5, 95],
      [50, 60],
    ]),
  ).toEqual([firing(0, 0, 10)]);
});
