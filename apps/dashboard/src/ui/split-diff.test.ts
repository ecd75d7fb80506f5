import { expect, it } from 'vitest';
import { parseUnifiedDiff } from './parse-unified-diff.ts';
import { splitDiff } from './split-diff.ts';

const rows = (diff: string) =>
  splitDiff(parseUnifiedDiff(diff)).map(({ left, right }) => `${left?.text ?? '∅'} | ${right?.text ?? '∅'}`);

it('puts what is removed beside what takes its place, and keeps the rest on both sides', () => {
  expect(rows('--- a\n+++ b\n@@ -1,4 +1,5 @@\n same\n-one\n-two\n+uno\n+due\n+tre\n end\n-gone')).toEqual([
    'same | same',
    'one | uno',
    'two | due',
    '∅ | tre',
    'end | end',
    'gone | ∅',
  ]);
});

it('begins anew where a removal follows an addition', () => {
  expect(rows('--- a\n+++ b\n@@ -1,2 +1,1 @@\n-one\n+uno\n-two')).toEqual(['one | uno', 'two | ∅']);
});
