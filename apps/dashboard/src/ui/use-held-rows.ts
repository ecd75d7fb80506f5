import { useState } from 'react';

/**
 * Keeps new rows out of a live list until they are asked for, so that nothing moves under the reader. Rows that are there are
 * shown as they are now, and those that have left are gone. A list that was empty shows what comes: nobody reads it.
 */
export function useHeldRows<Row>(rows: readonly Row[], keyOf: (row: Row) => string) {
  const [known, setKnown] = useState<ReadonlySet<string>>(() => new Set(rows.map(keyOf)));
  const held = heldRows(rows, keyOf, known);
  return { ...held, release: () => setKnown(new Set(rows.map(keyOf))) };
}

export function heldRows<Row>(rows: readonly Row[], keyOf: (row: Row) => string, known: ReadonlySet<string>) {
  const shown = rows.filter((row) => known.has(keyOf(row)));
  return shown.length === 0 ? { shown: rows, fresh: 0 } : { shown, fresh: rows.length - shown.length };
}
