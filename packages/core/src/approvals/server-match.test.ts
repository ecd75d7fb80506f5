import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob, matchesServer } from './server-match.ts';

describe('a glob', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['a', 'a', true],
    ['a', 'ab', false],
    ['ab', 'a', false],
    ['*', '', true],
    ['*', 'anything/at all', true],
    ['?', 'a', true],
    ['?', '', false],
    ['?', '🦊', true],
    ['a?c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abcb', false],
    ['*a*b', 'xaybab', true],
    ['a**b', 'ab', true],
    ['prod-*', 'PROD-db', true],
    ['prod', 'ｐｒｏｄ', true],
    ['a.c', 'abc', false],
    ['[a]', 'a', false],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('agrees with a regular expression of the same meaning', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(letters, texts, (pattern, text) => {
        const meant = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesGlob(pattern, text)).toBe(meant.test(text));
      }),
      { numRuns: 500 },
    );
  });

  it('is quick on the pattern that regular expressions choke on', () => {
    expect(matchesGlob(`${'a*'.repeat(99)}b`, 'a'.repeat(200))).toBe(false);
  });
});

it('what is not known about an action fits', () => {
  const action = { type: 'pin_tools', serverName: 'memory', client: null, installerId: null } as const;
  expect(matchesServer({ client: 'zed' }, action)).toBe(true);
  expect(matchesServer({ installerId: 'laptop-*' }, action)).toBe(true);
  expect(matchesServer({ name: 'x', client: 'zed' }, action)).toBe(false);
});
