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
    for (let pair = 0; pair < Math.min(removed, added); pair += 1)
      markPair(marked, index + pair, index + removed + pair);
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

const folded = (text: string): DiffLine => ({ kind: 'folded', before: null, after: null, text });

/** Reads line by line; the two numbers are those of the next line on either side, 0 before the first hunk. */
class DiffReader {
  readonly lines: DiffLine[] = [];
  #before = 0;
  #after = 0;

  read(line: string): void {
    const hunk = HUNK.exec(line);
    if (hunk) this.#enterHunk(Number(hunk[1]), Number(hunk[2]));
    // Before the first hunk stand the file names, which the page shows as the target.
    else if (this.#before > 0 || this.#after > 0) this.#readLine(line.charAt(0), line.slice(1));
  }

  #enterHunk(before: number, after: number): void {
    const skipped = before - (this.lines.length === 0 ? 1 : this.#before);
    if (skipped > 0) this.lines.push(folded(`${skipped} unchanged ${skipped === 1 ? 'line' : 'lines'}`));
    this.#before = before;
    this.#after = after;
  }

  #readLine(sign: string, text: string): void {
    if (sign === '-') this.lines.push({ kind: 'removed', before: this.#before++, after: null, text });
    if (sign === '+') this.lines.push({ kind: 'added', before: null, after: this.#after++, text });
    if (sign === ' ') this.lines.push({ kind: 'context', before: this.#before++, after: this.#after++, text });
    // "\ No newline at end of file"
    if (sign === '\\') this.lines.push(folded(text.trim()));
  }
}

/** A unified diff as numbered lines; what lies between hunks becomes one `folded` line. */
export const parseUnifiedDiff = (diff: string): DiffLine[] => {
  const reader = new DiffReader();
  for (const line of diff.split('\n')) reader.read(line);
  return markPairs(reader.lines);
};
