import { pino } from 'pino';
import type { OpenDatabase } from '../db/open-database.ts';
import type { Keys } from '../keys.ts';
import { createAuditModule } from '../modules/audit/audit.module.ts';
import { createPublishEvent } from '../modules/realtime/realtime.module.ts';
import { randomId, systemClock } from '../runtime.ts';
import type { OperationDeps } from './operations.ts';

/** What commands need when no coordinator is at work: the database alone. What they record is integrated by the next one that is. */
export function openOperations(
  { db, listen }: OpenDatabase,
  given: Pick<OperationDeps, 'keptEncryptionKey' | 'operator'> & { keys: Keys },
): OperationDeps {
  const base = { db, clock: systemClock, newId: randomId };
  const { recordAudit } = createAuditModule({
    ...base,
    ...{ listen, keys: given.keys, origin: 'mcp-coordinator', log: pino({ level: 'silent' }) },
    publishEvent: createPublishEvent(base),
  });
  return { ...base, ...given, recordAudit };
}
