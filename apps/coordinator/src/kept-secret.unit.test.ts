import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type KeptSecret, keptSecret } from './kept-secret.ts';

let folder: string;
let secret: KeptSecret;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'kept-secret-')), 'secrets');
  secret = keptSecret(folder, 'key');
  return () => rmSync(folder, { recursive: true, force: true });
});

it('is made once, and is for its owner alone', () => {
  const [made] = secret.read();
  expect(made).toMatch(/^[\w-]{43}$/);
  expect(keptSecret(folder, 'key').read()).toEqual([made]);
  expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['key']);
});

it('is renewed beside the old one, which goes when all is done', () => {
  const [first] = secret.read();
  const [second, before] = secret.renew();
  expect(second).not.toBe(first);
  expect(before).toBe(first);
  expect(keptSecret(folder, 'key').read()).toEqual([second, first]);
  expect(statSync(join(folder, 'key.previous')).mode & 0o777).toBe(0o600);
  secret.settle();
  expect(secret.read()).toEqual([second]);
  expect(readdirSync(folder)).toEqual(['key']);
});

it('a renewal that was begun is gone on with', () => {
  const begun = secret.renew();
  expect(secret.renew()).toEqual(begun);
});

it('a kill between the two steps of a renewal lost nothing', () => {
  const [first] = secret.read();
  writeFileSync(join(folder, 'key.previous'), readFileSync(join(folder, 'key')));
  expect(secret.read()).toEqual([first]);
  expect(secret.renew()[1]).toBe(first);
});
