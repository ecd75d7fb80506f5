import { leafText } from '@mcp-coordinator/core/audit/audit-leaf';
import { maskDetails, maskRecordText } from '@mcp-coordinator/core/audit/mask-details';
import { canonicalJson } from '@mcp-coordinator/core/digests/canonical-json';
import type { Db } from '../../db/schema.ts';
import { type Clock, type NewId, sha256Hex } from '../../runtime.ts';
import { insertRecord, insertRecords, type NewRecord } from './audit.store.ts';
import type { AppendAudit, AuditEntry, RecordAudit } from './audit-entry.ts';

interface RecordDeps {
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Masks, seals and inserts a record; no lock is taken, so that transactions do not wait for one another. */
export const createRecordAudit =
  (deps: RecordDeps): RecordAudit =>
  (tx, entry) =>
    insertRecord(tx, sealed(deps, entry));

function sealed({ clock, newId }: RecordDeps, entry: AuditEntry): NewRecord {
  const timestamp = clock();
  const details = canonicalJson(maskDetails(entry.details ?? {}));
  const salt = newId('salt');
  const header = {
    id: newId('audit'),
    actor: maskRecordText(entry.actor),
    action: entry.action,
    target: maskRecordText(entry.target),
    result: entry.result ?? 'success',
    requestId: entry.requestId ?? null,
  };
  const leaf = leafText({ ...header, timestamp: timestamp.toISOString(), detailsHash: sha256Hex(salt + details) });
  return { ...header, timestamp, details, salt, leaf };
}

const COMMITTED_TOGETHER = 256;

/** Records what has no transaction of its own: those who come while one commit is under way share the next. */
export function createAppendAudit({ db, ...deps }: RecordDeps & { readonly db: Db }): AppendAudit {
  let waiting: { record: NewRecord; settle: PromiseWithResolvers<void> }[] = [];
  let committing = false;

  const commit = async (): Promise<void> => {
    committing = true;
    for (let batch = waiting; batch.length > 0; batch = waiting) {
      const now = batch.slice(0, COMMITTED_TOGETHER);
      waiting = batch.slice(COMMITTED_TOGETHER);
      try {
        await insertRecords(
          db,
          now.map(({ record }) => record),
        );
        for (const { settle } of now) settle.resolve();
      } catch (error) {
        // Each of them asked for its record, and each is told that it is not there.
        for (const { settle } of now) settle.reject(error);
      }
    }
    committing = false;
  };

  return (entry) => {
    const settle = Promise.withResolvers<void>();
    waiting.push({ record: sealed(deps, entry), settle });
    if (!committing) void commit();
    return settle.promise;
  };
}
