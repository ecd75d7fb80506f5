import type { Approval, Decision } from '@mcp-coordinator/contract/approvals.contract';
import type { Selectable } from 'kysely';
import { cappedCount, decodeCursor, type PageRequest, pageOf } from '../../db/paging.ts';
import type { Db, Schema, Tx } from '../../db/schema.ts';

export type ApprovalRow = Selectable<Schema['approvals']>;

export interface NewApproval {
  id: string;
  subject: { proposalId: string } | { assessmentId: string };
  userId: number;
  username: string;
  decision: Decision;
  reason: string;
  digest: string;
  tokenId: string | null;
  selfApproved: boolean;
  now: Date;
}

/** Answers false when the id was taken meanwhile, by a decision about something else. */
export async function insertApproval(tx: Tx, approval: NewApproval): Promise<boolean> {
  const { subject } = approval;
  const inserted = await tx
    .insertInto('approvals')
    .values({
      id: approval.id,
      proposal_id: 'proposalId' in subject ? subject.proposalId : null,
      assessment_id: 'assessmentId' in subject ? subject.assessmentId : null,
      user_id: approval.userId,
      username: approval.username,
      decision: approval.decision,
      reason: approval.reason,
      digest: approval.digest,
      token_id: approval.tokenId,
      self_approved: approval.selfApproved,
      created_at: approval.now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export const findApproval = (tx: Tx, id: string): Promise<ApprovalRow | undefined> =>
  tx.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst();

/** When the proposer created or promoted this account, whichever was later. */
export async function raisedByAt(tx: Tx, userId: number, proposerId: number): Promise<Date | null> {
  const user = await tx
    .selectFrom('users')
    .select(['created_at', 'created_by', 'role_changed_at', 'role_changed_by'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
  const times = [
    ...(user.created_by === proposerId ? [user.created_at] : []),
    ...(user.role_changed_by === proposerId ? [user.role_changed_at] : []),
  ];
  return times.reduce<Date | null>((latest, time) => (latest && latest > time ? latest : time), null);
}

const toApproval = (row: ApprovalRow): Approval => ({
  approvalId: row.id,
  proposalId: row.proposal_id,
  assessmentId: row.assessment_id,
  decision: row.decision,
  reason: row.reason,
  username: row.username,
  digest: row.digest,
  selfApproved: row.self_approved,
  createdAt: row.created_at.toISOString(),
});

export async function listApprovals(db: Db, filter: PageRequest & { status?: Decision | undefined }) {
  const after = decodeCursor(filter.cursor);
  if (!after.ok) return after;
  let query = db.selectFrom('approvals');
  if (filter.status) query = query.where('decision', '=', filter.status);
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
  return { ok: true as const, value: { approvals: shown.map(toApproval), ...page } };
}
