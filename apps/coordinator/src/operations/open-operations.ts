import type { OpenDatabase } from '../db/open-database.ts';
import type { Keys } from '../keys.ts';
import { createRecordAudit } from '../modules/audit/audit.module.ts';
import { randomId, systemClock } from '../runtime.ts';
import type { OperationDeps } from './operations.ts';

/** What commands need when no coordinator is at work: the database alone. What they record is integrated by the next one that is. */
export function openOperations(
  database: OpenDatabase,
  given: Pick<OperationDeps, 'keptEncryptionKey' | 'operator' | 'config'> & { keys: Keys },
): OperationDeps {
  const base = { db: database.db, database, clock: systemClock, newId: randomId };
  return { ...base, ...given, recordAudit: createRecordAudit(base), log: null };
}
