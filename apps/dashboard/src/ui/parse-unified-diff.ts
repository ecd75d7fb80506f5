export interface DiffLine {
  kind: 'context' | 'removed' | 'added' | 'folded';
  before: number | null;
  after: number | null;
  text: string;
  /** The part that differs from its counterpart, as `[from, to)`; absent when the whole line is new. */
  mark?: readonly [number, number];
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Marks what differs between each removed line and the added line that took its place. */
const markPairs = (lines: readonly DiffLine[]): DiffLine[] => {
  const marked = [...lines];
  let index = 0;
  while (index < marked.length) {
    const removed = runLength(marked, index, 'removed');
    const added = runLength(marked, index + removed, 'added');
    for (let pair = 0; pair < Math.min(removed, added); pair += 1) markPair(marked, index + pair, index + removed + pair);
    index += Math.max(1, removed + added);
  }
  return marked;
};

const runLength = (lines: readonly DiffLine[], from: number, kind: DiffLine['kind']): number => {
  let length = 0;
  while (lines[from + length]?.kind === kind) length += 1;
  return length;
};

const markPair = (lines: DiffLine[], before: number, after: number): void => {
  const [old, young] = [lines[before], lines[after]];
  if (!old || !young) return;
  const shorter = Math.min(old.text.length, young.text.length);
  let head = 0;
  while (head < shorter && old.text[head] === young.text[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.text.at(-1 - tail) === young.text.at(-1 - tail)) tail += 1;
  // Lines with little in common are two lines, not one that changed.
  if (head + tail < shorter / 3) return;
  lines[before] = { ...old, mark: [head, old.text.length - tail] };
  lines[after] = { ...young, mark: [head, young.text.length - tail] };
};

/** A unified diff as numbered lines; what lies between hunks becomes one `folded` line. */
export const parseUnifiedDiff = (diff: string): DiffLine[] => {
  const lines: DiffLine[] = [];
  let before = 0;
  let after = 0;
  for (const line of diff.split('\n')) {
    const hunk = HUNK.exec(line);
    if (hunk) {
      const start = Number(hunk[1]);
      const skipped = lines.length === 0 ? start - 1 : start - before;
      if (skipped > 0) {
        lines.push({ kind: 'folded', before: null, after: null, text: `${skipped} unchanged ${skipped === 1 ? 'line' : 'lines'}` });
      }
      before = start;
      after = Number(hunk[2]);
    } else if (before === 0 && after === 0) {
      // The header: file names, which the page shows as the target.
    } else if (line.startsWith('-')) {
      lines.push({ kind: 'removed', before: before++, after: null, text: line.slice(1) });
    } else if (line.startsWith('+')) {
      lines.push({ kind: 'added', before: null, after: after++, text: line.slice(1) });
    } else if (line.startsWith(' ')) {
      lines.push({ kind: 'context', before: before++, after: after++, text: line.slice(1) });
    } else if (line.startsWith('\\')) {
      lines.push({ kind: 'folded', before: null, after: null, text: line.slice(2) });
    }
  }
  return markPairs(lines);
};
