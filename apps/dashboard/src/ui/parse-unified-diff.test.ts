import { expect, it } from 'vitest';
import { parseUnifiedDiff } from './parse-unified-diff.ts';

const DIFF = `--- a/mcp.json
+++ b/mcp.json
@@ -5,4 +5,4 @@
 "args": ["-y",
-"server-filesystem",
-"/"
+"server-filesystem@2026.8.31",
+"/srv"
 ],
@@ -31,2 +31,3 @@
 {
+--- not a header
 }
\\ No newline at end of file
`;

it('numbers both sides and folds what lies between the hunks', () => {
  const shown = parseUnifiedDiff(DIFF).map(({ kind, before, after, text }) => `${kind} ${before}/${after} ${text}`);
  expect(shown).toEqual([
    'folded null/null 4 unchanged lines',
    'context 5/5 "args": ["-y",',
    'removed 6/null "server-filesystem",',
    'removed 7/null "/"',
    'added null/6 "server-filesystem@2026.8.31",',
    'added null/7 "/srv"',
    'context 8/8 ],',
    'folded null/null 22 unchanged lines',
    'context 31/31 {',
    'added null/32 --- not a header',
    'context 32/33 }',
    'folded null/null No newline at end of file',
  ]);
});

it('marks the part of a line that changed, and nothing in a line that is new', () => {
  const marked = parseUnifiedDiff(DIFF).flatMap(({ text, mark }) => (mark ? [text.slice(...mark)] : []));
  expect(marked).toEqual(['', '', '@2026.8.31', 'srv']);
});

it('reads a file that comes into being', () => {
  const diff = '--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+{\n+}\n';
  expect(parseUnifiedDiff(diff)).toEqual([
    { kind: 'added', before: null, after: 1, text: '{' },
    { kind: 'added', before: null, after: 2, text: '}' },
  ]);
});

it('has no line for no diff', () => {
  expect(parseUnifiedDiff('')).toEqual([]);
});
