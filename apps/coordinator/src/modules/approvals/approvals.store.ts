import type { Approval, Decision, ReviewState } from '@mcp-coordinator/contract/approvals.contract';
import { type Proposed, raisedBy } from '@mcp-coordinator/core/approvals/second-person';
import { type Selectable, sql } from 'kysely';
import { cappedCount, decodeCursor, type PageRequest, pageOf } from '../../db/paging.ts';
import type { Db, Schema, Tx } from '../../db/schema.ts';

export type ApprovalRow = Selectable<Schema['approvals']>;

type Subject = { proposalId: string } | { assessmentId: string } | { policyChangeId: string } | { reviewOf: string };

export interface NewApproval {
  id: string;
  subject: Subject;
  userId: number;
  username: string;
  decision: Decision;
  reason: string;
  digest: string;
  tokenId: string | null;
  selfApproved: boolean;
  breakGlass: boolean;
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
      policy_change_id: 'policyChangeId' in subject ? subject.policyChangeId : null,
      review_of: 'reviewOf' in subject ? subject.reviewOf : null,
      user_id: approval.userId,
      username: approval.username,
      decision: approval.decision,
      reason: approval.reason,
      digest: approval.digest,
      token_id: approval.tokenId,
      self_approved: approval.selfApproved,
      break_glass: approval.breakGlass,
      created_at: approval.now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export const findApproval = (tx: Tx, id: string): Promise<ApprovalRow | undefined> =>
  tx.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst();

/** When the proposer created, promoted or let in this account, whichever was last. */
export async function raisedByAt(tx: Tx, userId: number, proposed: Proposed): Promise<Date | null> {
  const user = await tx
    .selectFrom('users')
    .select([
      'created_at as createdAt',
      'created_by as createdBy',
      'role_changed_at as roleChangedAt',
      'role_changed_by as roleChangedBy',
      'access_given_at as accessGivenAt',
      'access_given_by as accessGivenBy',
    ])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
  return raisedBy(user, proposed);
}

const breakGlass = (tx: Tx, id: string) =>
  tx.selectFrom('approvals').selectAll().where('id', '=', id).where('break_glass', '=', true);

/** An approval that was given past the rules. */
export const findBreakGlass = (tx: Tx, id: string): Promise<ApprovalRow | undefined> =>
  breakGlass(tx, id).executeTakeFirst();

interface Reviewed {
  review: ReviewState;
}

/** The same, locked, with what became of its review. */
export async function lockReviewable(tx: Tx, id: string): Promise<(ApprovalRow & Reviewed) | undefined> {
  const row = await breakGlass(tx, id).forUpdate().executeTakeFirst();
  if (!row) return undefined;
  const review = await tx.selectFrom('approvals').select('decision').where('review_of', '=', id).executeTakeFirst();
  return { ...row, review: review?.decision ?? 'pending' };
}

type ListedRow = ApprovalRow & { review_decision: Decision | null };

const toApproval = (row: ListedRow): Approval => ({
  approvalId: row.id,
  proposalId: row.proposal_id,
  assessmentId: row.assessment_id,
  policyChangeId: row.policy_change_id,
  reviewOf: row.review_of,
  decision: row.decision,
  reason: row.reason,
  username: row.username,
  digest: row.digest,
  selfApproved: row.self_approved,
  breakGlass: row.break_glass,
  review: row.break_glass ? (row.review_decision ?? 'pending') : null,
  createdAt: row.created_at.toISOString(),
});

export interface ApprovalFilter extends PageRequest {
  status?: Decision | undefined;
  review?: ReviewState | undefined;
}

/** Each with the review it was given, if it was. */
function filtered(db: Db, { status, review }: Pick<ApprovalFilter, 'status' | 'review'>) {
  let query = db.selectFrom('approvals').leftJoin('approvals as reviews', 'reviews.review_of', 'approvals.id');
  if (status) query = query.where('approvals.decision', '=', status);
  if (review === 'pending') query = query.where('approvals.break_glass', '=', true).where('reviews.id', 'is', null);
  else if (review) query = query.where('reviews.decision', '=', review);
  return query;
}

export async function listApprovals(db: Db, filter: ApprovalFilter) {
  const after = decodeCursor(filter.cursor);
  if (!after.ok) return after;
  let query = filtered(db, filter);
  const counted = await cappedCount(db, query.select('approvals.id'));
  if (after.value) {
    const { at, id } = after.value;
    query = query.where((eb) => eb(eb.refTuple('approvals.created_at', 'approvals.id'), '<', eb.tuple(at, id)));
  }
  const rows = await query
    .selectAll('approvals')
    .select('reviews.decision as review_decision')
    .orderBy('approvals.created_at', 'desc')
    .orderBy('approvals.id', 'desc')
    .limit(filter.limit + 1)
    .offset(after.value ? 0 : (filter.offset ?? 0))
    .execute();
  const { rows: shown, ...page } = pageOf(rows, filter, counted, (row) => ({ at: row.created_at, id: row.id }));
  return { ok: true as const, value: { approvals: shown.map(toApproval), ...page } };
}

/** Approvals past the rules that nobody has reviewed. */
export async function countUnreviewed(db: Db): Promise<number> {
  const row = await filtered(db, { review: 'pending' }).select(sql<string>`count(*)`.as('n')).executeTakeFirstOrThrow();
  return Number(row.n);
}
