import { accept } from '@mcp-coordinator/core/result';
import { cappedCount, decodeCursor, pageOf } from '../../db/paging.ts';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Handlers } from '../../http/handlers.ts';
import type { Clock } from '../../runtime.ts';
import { keysetOf, matchingRecords, newestRecords } from './audit.store.ts';
import type { RecordAudit } from './audit-entry.ts';
import { filterOf } from './audit-filter.ts';
import type { CheckpointSigner } from './checkpoint-signing.ts';
import { EXPORT_FORMS } from './export-forms.ts';
import { exportLogs } from './export-logs.ts';
import { proveLog } from './prove-log.ts';
import { newestCheckpoint } from './tree.store.ts';
import type { Verification } from './verify-audit.ts';

export interface AuditRouteDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly signer: CheckpointSigner;
  readonly recordAudit: RecordAudit;
  readonly flush: () => Promise<void>;
  readonly verify: () => Promise<Verification>;
}
type AuditHandlers = Handlers<'listAuditLogs' | 'proveAuditLog' | 'verifyAudit' | 'showCheckpoint' | 'exportAudit'>;

export const createAuditHandlers = ({
  db,
  clock,
  signer,
  recordAudit,
  flush,
  verify,
}: AuditRouteDeps): AuditHandlers => ({
  listAuditLogs: async ({ query }) => {
    const cursor = decodeCursor(query.cursor);
    if (!cursor.ok) return { refusal: cursor.refusal };
    const filter = filterOf(query);
    const page = { after: cursor.value, offset: query.offset, limit: query.limit + 1 };
    const counted = await cappedCount(db, matchingRecords(db, filter));
    const { rows, ...shape } = pageOf(await newestRecords(db, filter, page), query, counted, keysetOf);
    return { status: 200, body: { success: true, logs: rows, ...shape } };
  },

  proveAuditLog: async ({ params }) => {
    const proven = await proveLog(db, flush, params.id);
    return proven.ok ? { status: 200, body: { success: true, ...proven.value } } : { refusal: proven.refusal };
  },

  verifyAudit: async () => ({ status: 200, body: { success: true, ...(await verify()) } }),

  showCheckpoint: async () => {
    const head = await newestCheckpoint(db);
    if (head === undefined) return { refusal: { code: 'not_found', detail: 'The audit log has no checkpoint yet.' } };
    const { note, size, rootHash, createdAt } = head;
    const body = {
      checkpoint: note,
      verifierKey: signer.verifierKey,
      size,
      rootHash,
      timestamp: createdAt.toISOString(),
    };
    return { status: 200, body: { success: true, ...body } };
  },

  exportAudit: async ({ query, caller, requestId }) => {
    const { format, ...filters } = query;
    const at = clock();
    // Before anything is sent: an export that leaves no record is none that we give.
    await transact(db, async (tx) =>
      accept(
        await recordAudit(tx, {
          action: 'audit_exported',
          actor: caller.actor,
          target: 'audit_logs',
          details: { format, filters },
          requestId,
        }),
      ),
    );
    const form = EXPORT_FORMS[format];
    const fileName = `audit-${at.toISOString().slice(0, 10)}.${form.extension}`;
    const content = exportLogs(db, filterOf(filters), form);
    return { status: 200, body: { contentType: form.contentType, fileName, content } };
  },
});
