import type { Refusal } from '@mcp-coordinator/contract/refusals';
import { deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from './schema.ts';
import { databaseFault } from './sqlstate.ts';

/** Leaves the transaction from inside without being an error: the refusal is the answer, and nothing was written. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

const ATTEMPTS = 3;

/**
 * Runs the work in one transaction: an accepted result commits, a refused one and a thrown error roll back. A transaction
 * that lost against another one (serialization failure, deadlock) is run again, so the work must touch nothing but `tx`.
 */
export async function transact<Value, No extends Refusal>(
  db: Db,
  work: (tx: Tx) => Promise<Result<Value, No>>,
): Promise<Result<Value, No>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(async (tx) => {
        const result = await work(tx);
        if (!result.ok) throw new Refused(result.refusal);
        return result;
      });
    } catch (error) {
      // The refusal that was thrown above is the one `work` returned, so its type is `No`.
      if (error instanceof Refused) return deny(error.refusal as No);
      if (attempt === ATTEMPTS || databaseFault(error) !== 'serialization') throw error;
    }
  }
}
