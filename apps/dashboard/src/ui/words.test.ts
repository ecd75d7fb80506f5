import { expect, it } from 'vitest';
import { axisTicks, axisTime } from './chart-scale.ts';
import { count, countWord, listWords } from './plural.ts';
import { shortId } from './short-id.tsx';
import { durationWords, relativeWords, utcWords } from './time-words.ts';
import { totalWords } from './total-words.ts';
import { visibleText } from './visible-text.ts';

const NOW = Date.parse('2026-11-24T14:02:11Z');

it.each([
  [0, '0 s'],
  [59.6, '1 min'],
  [2_470, '41 min'],
  [11_520, '3 h 12 min'],
  [7_200, '2 h'],
  [86_400, '1 day'],
  [800_000, '9 days'],
])('says %d seconds as %s', (seconds, words) => {
  expect(durationWords(seconds)).toBe(words);
});

it.each([
  ['2026-11-24T14:02:10.500Z', 'just now'],
  ['2026-11-24T13:21:11Z', '41 min ago'],
  ['2026-11-24T17:14:11Z', 'in 3 h 12 min'],
])('says %s as %s', (at, words) => {
  expect(relativeWords(at, NOW)).toBe(words);
});

it.each([
  ['2026-11-24T09:05:07Z', '09:05 UTC', '09:05:07 UTC'],
  ['2026-11-23T17:52:00Z', '23 Nov 17:52 UTC', '23 Nov 17:52:00 UTC'],
  ['2025-01-02T00:00:00Z', '2 Jan 2025 00:00 UTC', '2 Jan 2025 00:00:00 UTC'],
])('writes %s in UTC', (at, words, withSeconds) => {
  expect(utcWords(at, NOW)).toBe(words);
  expect(utcWords(at, NOW, true)).toBe(withSeconds);
});

it('counts', () => {
  expect(count(1, 'server')).toBe('1 server');
  expect(count(1234, 'person', 'people')).toBe('1,234 people');
  expect(countWord(3, 'result')).toBe('Three results');
  expect(countWord(48, 'result')).toBe('48 results');
  expect(totalWords({ total: 10_000, totalRelation: 'gte' })).toBe('more than 10,000');
});

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
])('lists %j', (items, words) => {
  expect(listWords(items)).toBe(words);
});

it('writes out what would be invisible, and leaves the rest', () => {
  expect(visibleText('a\u202eb\u200bc\u0007')).toBe('a⟨U+202E⟩b⟨U+200B⟩c⟨U+0007⟩');
  expect(visibleText('tag \u{e0041}')).toBe('tag ⟨U+E0041⟩');
  expect(visibleText('line\n\tänd 漢字 🙂')).toBe('line\n\tänd 漢字 🙂');
});

it('shortens long ids alone', () => {
  expect(shortId('REM-0412')).toBe('REM-0412');
  expect(shortId('asm_b336353ff114cdf8ee8c9c98c6f85082')).toBe('asm_b336353ff1…5082');
});

it('makes round axes that reach over the values', () => {
  expect(axisTicks(0, 1_240)).toEqual([0, 500, 1_000, 1_500]);
  expect(axisTicks(0, 4.1)).toEqual([0, 2, 4, 6]);
  expect(axisTicks(0, 0).at(-1)).toBeGreaterThanOrEqual(0);
  expect(axisTime(NOW, 3_600_000)).toBe('14:02');
  expect(axisTime(NOW, 9 * 86_400_000)).toBe('24 Nov');
});
