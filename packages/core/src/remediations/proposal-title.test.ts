import { ACTION_TYPES, type Intent } from '@mcp-coordinator/contract/actions.contract';
import { expect, it } from 'vitest';
import { planOf } from '../testing/plan-of.ts';
import { proposalTitle } from './proposal-title.ts';

const title = (...names: string[]) => proposalTitle(names.map((serverName) => planOf({ serverName })));

it('has a word for every type of action', () => {
  expect(ACTION_TYPES.map((type) => proposalTitle([planOf({ type, serverName: 'x' })]))).toEqual([
    'Install x',
    'Remove x',
    'Change x',
    'Write an entry for x',
    'Pin the tools of x',
    'Accept a risk of x',
  ]);
});

it('lists up to three, then counts the rest', () => {
  expect(title()).toBe('Nothing');
  expect(proposalTitle([planOf(), planOf({ type: 'remove_server', serverName: 'Postgres' })])).toBe(
    'Install memory and remove Postgres',
  );
  expect(title('a', 'b', 'c')).toBe('Install a, install b and install c');
  expect(title('a', 'b', 'c', 'd')).toBe('Install a, install b, install c and 1 more');
  expect(title('a', 'b', 'c', 'd', 'e')).toBe('Install a, install b, install c and 2 more');
});

it('names what happens in several places once, and counts them', () => {
  expect(title('a', 'b', 'a', 'a')).toBe('Install a in 3 places and install b');
});

it('is cut at 200 characters', () => {
  expect(title('n'.repeat(192))).toBe(`Install ${'n'.repeat(192)}`);
  const long = title('n'.repeat(193));
  expect(long).toHaveLength(200);
  expect(long).toBe(`Install ${'n'.repeat(191)}…`);
});

it('says what a change of an entry does, as far as every intent has a word', () => {
  const update = (...verbs: Intent['verb'][]) =>
    proposalTitle([
      planOf({ type: 'update_server', serverName: 'files', intents: verbs.map((verb) => ({ verb, text: '' })) }),
    ]);
  expect(update('Pin')).toBe('Pin the package of files');
  expect(update('Pin', 'Move', 'Move')).toBe('Pin the package of and move the secrets of files');
  expect(update('Pin', 'Replace')).toBe('Change files');
});
