import {
  type ApprovalPolicyDocument,
  approvalPolicySchema,
  type PolicyChange,
  type PolicyChangeStatus,
  type PolicyDifference,
} from '@mcp-coordinator/contract/policies.contract';
import type { ApprovalPolicy } from '@mcp-coordinator/core/approvals/approval-policy';
import type { Transition } from '@mcp-coordinator/core/state-machine';
import { type Selectable, sql } from 'kysely';
import { cappedCount, decodeCursor, type PageRequest, pageOf } from '../../db/paging.ts';
import type { Db, Schema, Tx } from '../../db/schema.ts';

export type PolicyChangeRow = Selectable<Schema['policy_changes']>;
export type StoredPolicy = ApprovalPolicy & { since: Date };

const NAME = 'approval';

/**
 * Held until the transaction ends. Decisions share it; a new version waits for them and they for it, so that nothing is
 * decided under a policy that was not in force at that moment.
 */
export async function holdPolicy(tx: Tx, mode: 'shared' | 'exclusive'): Promise<void> {
  const lock = sql.raw(mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock');
  await sql`select ${lock}(hashtext('mcp-coordinator approval policy'), hashtext(current_schema()))`.execute(tx);
}

/** The newest version, or the one that is named. */
export async function findPolicy(from: Db | Tx, version?: number): Promise<StoredPolicy | undefined> {
  const row = await from
    .selectFrom('policies')
    .selectAll()
    .where('name', '=', NAME)
    .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { ...approvalPolicySchema.parse(row.document), version: row.version, since: row.created_at };
}

/** Answers false where this version is there already. */
export async function insertPolicy(
  tx: Tx,
  version: number,
  document: ApprovalPolicyDocument,
  now: Date,
): Promise<boolean> {
  const inserted = await tx
    .insertInto('policies')
    .values({ name: NAME, version, document: JSON.stringify(document), created_at: now })
    .onConflict((conflict) => conflict.columns(['name', 'version']).doNothing())
    .returning('version')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** User names of active accounts that may approve. */
export async function approverNames(tx: Tx, roles: readonly ('admin' | 'approver')[]): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('users')
    .select('username')
    .where('disabled', '=', false)
    .where('role', 'in', [...roles])
    .execute();
  return new Set(rows.map((row) => row.username));
}

export interface NewPolicyChange {
  id: string;
  status: PolicyChangeStatus;
  baseVersion: number;
  version: number | null;
  policy: ApprovalPolicyDocument;
  differences: readonly PolicyDifference[];
  digest: string;
  reason: string;
  proposedBy: string;
  proposerId: number;
  now: Date;
  expiresAt: Date | null;
  decidedBy: string | null;
}

export const insertPolicyChange = (tx: Tx, change: NewPolicyChange): Promise<PolicyChangeRow> =>
  tx
    .insertInto('policy_changes')
    .values({
      id: change.id,
      status: change.status,
      base_version: change.baseVersion,
      version: change.version,
      document: JSON.stringify(change.policy),
      differences: JSON.stringify(change.differences),
      digest: change.digest,
      reason: change.reason,
      proposed_by: change.proposedBy,
      proposer_id: change.proposerId,
      created_at: change.now,
      expires_at: change.expiresAt,
      decided_by: change.decidedBy,
      decided_at: change.decidedBy === null ? null : change.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();

export const findPolicyChange = (db: Db | Tx, id: string): Promise<PolicyChangeRow | undefined> =>
  db.selectFrom('policy_changes').selectAll().where('id', '=', id).executeTakeFirst();

export const lockPolicyChange = (tx: Tx, id: string): Promise<PolicyChangeRow | undefined> =>
  tx.selectFrom('policy_changes').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

/** The one that waits, if any; with `expiredBy` only if its time is over. */
export const lockPendingChange = (tx: Tx, expiredBy?: Date): Promise<PolicyChangeRow | undefined> =>
  tx
    .selectFrom('policy_changes')
    .selectAll()
    .where('status', '=', 'pending')
    .$if(expiredBy !== undefined, (query) => query.where('expires_at', '<=', expiredBy ?? new Date(0)))
    .forUpdate()
    .executeTakeFirst();

export async function savePolicyChange(
  tx: Tx,
  id: string,
  transition: Transition<PolicyChangeStatus>,
  ended: { by: string; at: Date; version?: number },
): Promise<void> {
  await tx
    .updateTable('policy_changes')
    .set({
      status: transition.to,
      decided_by: ended.by,
      decided_at: ended.at,
      expires_at: null,
      ...(ended.version === undefined ? {} : { version: ended.version }),
    })
    .where('id', '=', id)
    .where('status', '=', transition.from)
    .execute();
}

export const toPolicyChange = (row: PolicyChangeRow): PolicyChange => ({
  policyChangeId: row.id,
  status: row.status,
  baseVersion: row.base_version,
  version: row.version,
  policy: approvalPolicySchema.parse(row.document),
  differences: row.differences,
  digest: row.digest,
  reason: row.reason,
  proposedBy: row.proposed_by,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at?.toISOString() ?? null,
});

export async function listPolicyChanges(db: Db, filter: PageRequest & { status?: PolicyChangeStatus | undefined }) {
  const after = decodeCursor(filter.cursor);
  if (!after.ok) return after;
  let query = db.selectFrom('policy_changes');
  if (filter.status) query = query.where('status', '=', filter.status);
  const counted = await cappedCount(db, query.select('id'));
  if (after.value) {
    const { at, id } = after.value;
    query = query.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(at, id)));
  }
  const rows = await query
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .offset(after.value ? 0 : (filter.offset ?? 0))
    .execute();
  const { rows: shown, ...page } = pageOf(rows, filter, counted, (row) => ({ at: row.created_at, id: row.id }));
  return { ok: true as const, value: { changes: shown.map(toPolicyChange), ...page } };
}
