import { type PruneDeps, pruneLog, removeArchived } from './prune-log.ts';
import { approvedRequest, saveRequest } from './retention.store.ts';

export interface RetentionDeps extends PruneDeps {
  readonly retentionDays: number;
}

const DAY_MS = 86_400_000;

/** Finishes what was begun, carries out what two people agreed on, then archives what is older than the retention time. */
export async function keepRetention(deps: RetentionDeps): Promise<void> {
  await removeArchived(deps.db);
  await pruneAsAgreed(deps);
  await pruneLog(deps, { before: new Date(deps.clock().getTime() - deps.retentionDays * DAY_MS), actor: 'system' });
}

async function pruneAsAgreed(deps: RetentionDeps): Promise<void> {
  const { db, log } = deps;
  const agreed = await approvedRequest(db);
  if (agreed === undefined) return;
  const details = { request: agreed.id, requestedBy: agreed.requested_by, approvedBy: agreed.decided_by };
  try {
    const end = await pruneLog(deps, { before: agreed.before, actor: agreed.decided_by ?? 'system', details });
    const problem = end === undefined ? 'No record is that old, or none that a checkpoint ends with.' : null;
    await saveRequest(db, agreed.id, { status: 'done', end_index: end === undefined ? null : String(end), problem });
  } catch (error) {
    log.error({ err: error, request: agreed.id }, 'pruning the audit log failed');
    await saveRequest(db, agreed.id, { status: 'failed', problem: error instanceof Error ? error.message : 'unknown' });
  }
}
