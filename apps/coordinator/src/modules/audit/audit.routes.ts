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
import { exportContent } from './export/export-content.ts';
import { proveConsistency, proveLog } from './prove-log.ts';
import { logEpoch, mayChangeRecords, newestCheckpoint } from './tree.store.ts';
import type { BackgroundVerifier } from './verification/background-verifier.ts';
import { showVerification } from './verification/show-verification.ts';
import { listWitnesses } from './witness/witness.store.ts';

export interface AuditRouteDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly signer: CheckpointSigner;
  readonly recordAudit: RecordAudit;
  readonly flush: () => Promise<void>;
  readonly verifier: BackgroundVerifier;
}
type AuditHandlers = Handlers<
  'listAuditLogs' | 'proveAuditLog' | 'proveConsistency' | 'verifyAudit' | 'showCheckpoint' | 'exportAudit'
>;

export const createAuditHandlers = (deps: AuditRouteDeps): AuditHandlers => ({
  listAuditLogs: async ({ query }) => {
    const { db } = deps;
    const cursor = decodeCursor(query.cursor);
    if (!cursor.ok) return { refusal: cursor.refusal };
    const filter = filterOf(query);
    const page = { after: cursor.value, offset: query.offset, limit: query.limit + 1 };
    const counted = await cappedCount(db, matchingRecords(db, filter));
    const { rows, ...shape } = pageOf(await newestRecords(db, filter, page), query, counted, keysetOf);
    return { status: 200, body: { success: true, logs: rows, ...shape } };
  },

  proveAuditLog: async ({ params }) => {
    const proven = await proveLog(deps.db, deps.flush, params.id);
    return proven.ok ? { status: 200, body: { success: true, ...proven.value } } : { refusal: proven.refusal };
  },

  proveConsistency: async ({ query }) => {
    const proven = await proveConsistency(deps.db, query.from, query.to);
    return proven.ok ? { status: 200, body: { success: true, ...proven.value } } : { refusal: proven.refusal };
  },

  verifyAudit: async ({ query }) => ({
    status: 200,
    body: { success: true, ...(await showVerification(deps, query)) },
  }),

  showCheckpoint: async () => {
    const { db, signer } = deps;
    const head = await newestCheckpoint(db);
    if (head === undefined) return { refusal: { code: 'not_found', detail: 'The audit log has no checkpoint yet.' } };
    const { note, size, rootHash, createdAt } = head;
    const epoch = await logEpoch(db);
    const body = {
      checkpoint: note,
      verifierKey: signer.verifierKey(epoch),
      size,
      rootHash,
      timestamp: createdAt.toISOString(),
      epoch,
      writeGuard: (await mayChangeRecords(db)) ? ('trigger' as const) : ('rights' as const),
      witnesses: await listWitnesses(db),
    };
    return { status: 200, body: { success: true, ...body } };
  },

  exportAudit: async ({ query, caller, requestId }) => {
    const { format, fromLeaf, ...filters } = query;
    const at = deps.clock();
    // Before anything is sent: an export that leaves no record is none that we give.
    await transact(deps.db, async (tx) =>
      accept(
        await deps.recordAudit(tx, {
          action: 'audit_exported',
          actor: caller.actor,
          target: 'audit_logs',
          details: { format, fromLeaf, filters },
          requestId,
        }),
      ),
    );
    await deps.flush();
    const { extension, ...file } = await exportContent(deps, format, filterOf(filters), fromLeaf);
    return { status: 200, body: { ...file, fileName: `audit-${at.toISOString().slice(0, 10)}.${extension}` } };
  },
});
