import type { Db } from '../db/schema.ts';
import type { EncryptionKeys } from './encryption-keys.ts';
import { envelopePrefix, rewrapValue, SealedValueError } from './envelope.ts';
import { SEALED_COLUMNS, type SealedColumn, type SealedRow, type SealedValue } from './sealed-columns.ts';

export interface Rewrapped {
  /** Rows that are under the current encryption key now, and were not before. */
  readonly rows: number;
  /** What does not open, in words; left as it was. */
  readonly failures: readonly string[];
}

export interface RewrapOptions {
  /** Only what does not begin with this; what is not under the current key when absent. */
  readonly behind?: string;
  readonly onBatch?: (done: { column: string; rows: number }) => void;
}

/** Small enough that nobody waits for one, large enough that thousands take seconds. */
const BATCH_ROWS = 100;

/**
 * Brings every sealed value under the current encryption key, a batch in a transaction. Whatever a kill leaves undone the
 * next call finds, since only what is not under the current key is looked for; it may run beside a coordinator at work.
 */
export async function rewrapSecrets(
  { db, encryption }: { db: Db; encryption: EncryptionKeys },
  { behind, onBatch }: RewrapOptions = {},
): Promise<Rewrapped> {
  let rows = 0;
  const failures: string[] = [];
  for (const column of SEALED_COLUMNS) {
    const prefix = behind ?? envelopePrefix(encryption.current());
    let after: string | null = null;
    for (;;) {
      const batch: SealedRow[] = await column.behind(db, prefix, after, BATCH_ROWS);
      const last = batch.at(-1);
      if (last === undefined) break;
      const saved = await saveBatch(db, column, reseal(encryption, batch, failures));
      rows += saved;
      after = last.id;
      onBatch?.({ column: column.name, rows: saved });
    }
  }
  return { rows, failures };
}

interface Resealed {
  row: SealedRow;
  values: SealedValue[];
}

function reseal(encryption: EncryptionKeys, batch: readonly SealedRow[], failures: string[]): Resealed[] {
  return batch.flatMap((row) => {
    try {
      const values = row.values.map(({ place, sealed }) => ({ place, sealed: rewrapValue(encryption, sealed, place) }));
      return [{ row, values }];
    } catch (error) {
      // One damaged row must not keep all others under a key that is to go.
      if (!(error instanceof SealedValueError)) throw error;
      failures.push(error.message);
      return [];
    }
  });
}

const saveBatch = (db: Db, column: SealedColumn, batch: readonly Resealed[]): Promise<number> =>
  db.transaction().execute(async (tx) => {
    let saved = 0;
    // A row that changed in between was sealed anew by whoever changed it, with the key that is current there.
    for (const { row, values } of batch) if (await column.save(tx, row, values)) saved += 1;
    return saved;
  });
