import type { DiffLine } from './parse-unified-diff.ts';

/** A row of a diff side by side: what stood there and what will; undefined where one side has no such line. */
export interface DiffRow {
  left: DiffLine | undefined;
  right: DiffLine | undefined;
}

/** Puts removed lines beside the added ones that take their place; what is the same, or folded, stands on both sides. */
export const splitDiff = (lines: readonly DiffLine[]): DiffRow[] => {
  const rows: DiffRow[] = [];
  let waiting: DiffRow[] = [];
  const flush = () => {
    rows.push(...waiting);
    waiting = [];
  };
  for (const line of lines) {
    if (line.kind === 'removed') {
      if (waiting.some(({ right }) => right !== undefined)) flush();
      waiting.push({ left: line, right: undefined });
      continue;
    }
    if (line.kind === 'added') {
      const row = waiting.find(({ right }) => right === undefined);
      if (row) row.right = line;
      else waiting.push({ left: undefined, right: line });
      continue;
    }
    flush();
    rows.push({ left: line, right: line });
  }
  flush();
  return rows;
};
