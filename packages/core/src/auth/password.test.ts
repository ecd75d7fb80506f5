import { describe, expect, it } from 'vitest';
import { COMMON_PASSWORDS } from './frequent-passwords.ts';
import { fitsBcrypt, normalisePassword, passwordProblem } from './password.ts';

describe('passwordProblem', () => {
  it.each([
    ['elevenchars', /at least 12/],
    ['ééééééééééé', /at least 12/],
    ['Password1234', /commonest/],
    ['QWERTYuiop12', /commonest/],
    ['pass word pass word', /commonest/],
    ['ｐａｓｓｗｏｒｄ１２３４', /commonest/],
    ['aaaaaaaaaaaaaaa', /pattern/],
    ['abcabcabcabca', /pattern/],
    ['1212121212121', /pattern/],
    ['abcdefghijklm', /sequence/],
    ['123456789012', /sequence/],
    ['2109876543210', /sequence/],
    ['long.username', /user name/],
    ['Long.UsernameLong.Username', /user name/],
    ['x'.repeat(36) + 'é'.repeat(19), /72 bytes/],
    [`${'lone surrogate'}\ud800`, /valid Unicode/],
  ])('refuses %j', (password, problem) => {
    expect(passwordProblem(password, 'long.username')).toMatch(problem);
  });

  it.each([
    'correct horse battery',
    'tr0ub4dor&3-tr0ub',
    'äöüßéèñçøåþð',
    'kkkkkkkkZebra!9',
    'z9'.repeat(5) + 'q'.repeat(62),
  ])('accepts %j', (password) => {
    expect(passwordProblem(password, 'long.username')).toBeUndefined();
  });
});

it('lists only what the other rules would let through', () => {
  expect(COMMON_PASSWORDS.size).toBeGreaterThan(500);
  for (const password of COMMON_PASSWORDS) {
    expect(password).toBe(password.toLowerCase().normalize('NFKC'));
    expect(Array.from(password).length, password).toBeGreaterThanOrEqual(12);
  }
});

it('gives one form to what different keyboards write', () => {
  expect(normalisePassword('e\u0301')).toBe(normalisePassword('\u00e9'));
});

it('counts bytes, not characters', () => {
  expect([fitsBcrypt('a'.repeat(72)), fitsBcrypt('a'.repeat(73))]).toEqual([true, false]);
  expect([fitsBcrypt('😀'.repeat(18)), fitsBcrypt(`${'😀'.repeat(18)}a`)]).toEqual([true, false]);
  expect([fitsBcrypt('€'.repeat(24)), fitsBcrypt('é'.repeat(37))]).toEqual([true, false]);
});
