import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { APPROVING_ROLES } from '@mcp-coordinator/contract/permissions';
import type {
  Preview,
  Priority,
  ProposalStatus,
  ProposalSummary,
  Risk,
  Rollout,
  Vote,
} from '@mcp-coordinator/contract/remediations.contract';
import type { CastVote } from '@mcp-coordinator/core/approvals/fold-votes';
import { raisedBy } from '@mcp-coordinator/core/approvals/second-person';
import type { TrackRecord } from '@mcp-coordinator/core/remediations/assess-risk';
import type { Transition } from '@mcp-coordinator/core/state-machine';
import { type Selectable, sql } from 'kysely';
import { cappedCount, decodeCursor, type PageRequest, pageOf } from '../../db/paging.ts';
import type { Db, Schema, Tx } from '../../db/schema.ts';

export type ProposalRow = Selectable<Schema['remediations']>;
export type ListedRow = ProposalRow & { execution_id: string | null };

export interface NewProposal {
  id: string;
  assessmentId: string;
  title: string;
  priority: Priority;
  issues: readonly string[];
  actions: readonly Action[];
  sealed: Readonly<Record<string, string>>;
  preview: Preview;
  risk: Risk;
  digest: string;
  digested: NonNullable<ProposalRow['digested']>;
  rollout: Rollout | null;
  policy: ProposalRow['policy'];
  proposedBy: string;
  proposerId: number;
  keyMadeBy: number | null;
  supersedes: string | null;
  now: Date;
  expiresAt: Date;
}

export async function insertProposal(tx: Tx, proposal: NewProposal): Promise<void> {
  await tx
    .insertInto('remediations')
    .values({
      id: proposal.id,
      assessment_id: proposal.assessmentId,
      status: 'pending',
      title: proposal.title,
      priority: proposal.priority,
      issues: JSON.stringify(proposal.issues),
      actions: JSON.stringify(proposal.actions),
      sealed: JSON.stringify(proposal.sealed),
      preview: JSON.stringify(proposal.preview),
      risk: JSON.stringify(proposal.risk),
      digest: proposal.digest,
      digested: JSON.stringify(proposal.digested),
      rollout: proposal.rollout && JSON.stringify(proposal.rollout),
      policy: JSON.stringify(proposal.policy),
      proposed_by: proposal.proposedBy,
      proposer_id: proposal.proposerId,
      key_made_by: proposal.keyMadeBy,
      created_at: proposal.now,
      expires_at: proposal.expiresAt,
      supersedes: proposal.supersedes,
    })
    .execute();
}

export const findProposal = (db: Db | Tx, id: string): Promise<ProposalRow | undefined> =>
  db.selectFrom('remediations').selectAll().where('id', '=', id).executeTakeFirst();

export const lockProposal = (tx: Tx, id: string): Promise<ProposalRow | undefined> =>
  tx.selectFrom('remediations').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

/** The next one whose time is over, locked; another instance's are passed over. */
export const lockExpired = (tx: Tx, now: Date): Promise<ProposalRow | undefined> =>
  tx
    .selectFrom('remediations')
    .selectAll()
    .where('status', 'in', ['pending', 'approved'])
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();

export async function saveProposalTransition(
  tx: Tx,
  id: string,
  transition: Transition<ProposalStatus>,
  change: { reason?: string; approvedAt?: Date; expiresAt?: Date | null } = {},
): Promise<void> {
  await tx
    .updateTable('remediations')
    .set({
      status: transition.to,
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ...(change.approvedAt ? { approved_at: change.approvedAt } : {}),
      ...(change.expiresAt === undefined ? {} : { expires_at: change.expiresAt }),
    })
    .where('id', '=', id)
    .where('status', '=', transition.from)
    .execute();
}

/** It stays marked, whatever becomes of it. */
export async function markBreakGlass(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('remediations').set({ break_glass: true }).where('id', '=', id).execute();
}

type CountedVote = CastVote & Vote;

/** Every vote, with whether its voter may still cast it. */
export async function votesOf(db: Db | Tx, proposalId: string): Promise<CountedVote[]> {
  return (await votesOfAll(db, [proposalId])).get(proposalId) ?? [];
}

/** The same of many proposals at once. */
export async function votesOfAll(db: Db | Tx, proposalIds: readonly string[]): Promise<Map<string, CountedVote[]>> {
  if (proposalIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('approvals')
    .innerJoin('users', 'users.id', 'approvals.user_id')
    .innerJoin('remediations', 'remediations.id', 'approvals.proposal_id')
    .leftJoin('approval_tokens', 'approval_tokens.id', 'approvals.token_id')
    .selectAll('approvals')
    .select(['users.disabled', 'users.role', 'remediations.id as subject_id'])
    .select(['remediations.proposer_id as proposerId', 'remediations.key_made_by as keyMadeBy'])
    .select(['approval_tokens.step_up', 'approval_tokens.signed_digest'])
    .select([
      'users.created_at as createdAt',
      'users.created_by as createdBy',
      'users.role_changed_at as roleChangedAt',
      'users.role_changed_by as roleChangedBy',
      'users.access_given_at as accessGivenAt',
      'users.access_given_by as accessGivenBy',
    ])
    .where('remediations.id', 'in', [...proposalIds])
    .orderBy('approvals.created_at')
    .execute();
  const votes = rows.map((row) => ({
    userId: row.user_id,
    role: row.role,
    decision: row.decision,
    digest: row.digest,
    castAt: row.created_at,
    stillEntitled: !row.disabled && APPROVING_ROLES.some((role) => role === row.role),
    raisedByProposerAt: raisedBy(row, row),
    breakGlass: row.break_glass,
    secondFactor: row.step_up !== null,
    signed: row.signed_digest === row.digest,
    approvalId: row.id,
    username: row.username,
    reason: row.reason,
    at: row.created_at.toISOString(),
    selfApproved: row.self_approved,
    subjectId: row.subject_id,
  }));
  return Map.groupBy(votes, (vote) => vote.subjectId);
}

/** Holds what waits already to shorter lives, each counted from its own beginning. */
export async function shortenLives(tx: Tx, proposalHours: number, approvalHours: number): Promise<void> {
  const lives = [
    ['pending', 'created_at', proposalHours],
    ['approved', 'approved_at', approvalHours],
  ] as const;
  for (const [status, begins, hours] of lives) {
    const end = sql<Date>`${sql.ref(begins)} + make_interval(hours => ${hours}::int)`;
    await tx
      .updateTable('remediations')
      .set({ expires_at: end })
      .where('status', '=', status)
      .where('expires_at', '>', end)
      .execute();
  }
}

const listed = (db: Db | Tx) =>
  db
    .selectFrom('remediations')
    .leftJoin('executions', 'executions.proposal_id', 'remediations.id')
    .selectAll('remediations')
    .select('executions.id as execution_id');

export const findListedProposal = (db: Db, id: string): Promise<ListedRow | undefined> =>
  listed(db).where('remediations.id', '=', id).executeTakeFirst();

export function toSummary(row: ListedRow, approvalsNeeded: number): ProposalSummary {
  return {
    proposalId: row.id,
    assessmentId: row.assessment_id,
    status: row.status,
    title: row.title,
    priority: row.priority,
    issues: row.issues,
    proposedBy: row.proposed_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    digest: row.digest,
    risk: row.risk,
    approvalsNeeded,
    breakGlass: row.break_glass,
    executionId: row.execution_id,
    supersedes: row.supersedes,
    reason: row.reason,
  };
}

export interface ProposalFilter extends PageRequest {
  status?: ProposalStatus | undefined;
  proposedBy?: string | undefined;
}

export async function listProposals(db: Db, filter: ProposalFilter) {
  const after = decodeCursor(filter.cursor);
  if (!after.ok) return after;
  let query = listed(db);
  if (filter.status) query = query.where('remediations.status', '=', filter.status);
  if (filter.proposedBy) query = query.where('remediations.proposed_by', '=', filter.proposedBy);
  const counted = await cappedCount(db, query.clearSelect().select('remediations.id'));
  if (after.value) {
    const { at, id } = after.value;
    query = query.where((eb) => eb(eb.refTuple('remediations.created_at', 'remediations.id'), '<', eb.tuple(at, id)));
  }
  const rows = await query
    .orderBy('remediations.created_at', 'desc')
    .orderBy('remediations.id', 'desc')
    .limit(filter.limit + 1)
    .offset(after.value ? 0 : (filter.offset ?? 0))
    .execute();
  return { ok: true as const, value: pageOf(rows, filter, counted, (row) => ({ at: row.created_at, id: row.id })) };
}

/** How actions of these types fared in the last 90 days, and how long they took (median, summed over the plans). */
export async function experience(
  db: Db,
  plans: readonly ActionPlan[],
  now: Date,
): Promise<{ record: TrackRecord; expectedMs: number | null }> {
  const rows = await db
    .selectFrom('execution_actions')
    .select([
      'type',
      sql<string>`count(*) filter (where status in ('completed', 'undone', 'undoing', 'undo_failed'))`.as('succeeded'),
      sql<string>`count(*)`.as('total'),
      sql<number | null>`percentile_cont(0.5) within group (order by duration_ms)`.as('median'),
    ])
    .where('type', 'in', [...new Set(plans.map((plan) => plan.type))])
    .where('duration_ms', 'is not', null)
    .where('finished_at', '>', new Date(now.getTime() - 90 * 86_400_000))
    .groupBy('type')
    .execute();
  const sum = (column: 'succeeded' | 'total'): number => rows.reduce((all, row) => all + Number(row[column]), 0);
  const medians = plans.map((plan) => rows.find((row) => row.type === plan.type)?.median ?? null);
  const expectedMs = medians.includes(null) ? null : medians.reduce<number>((all, median) => all + (median ?? 0), 0);
  return { record: { succeeded: sum('succeeded'), total: sum('total') }, expectedMs };
}

/** How many proposals wait for a decision, and since when the first of them. */
export async function undecided(db: Db): Promise<{ count: number; since: Date | null }> {
  const row = await db
    .selectFrom('remediations')
    .select([sql<string>`count(*)`.as('n'), sql<Date | null>`min(created_at)`.as('since')])
    .where('status', '=', 'pending')
    .executeTakeFirstOrThrow();
  return { count: Number(row.n), since: row.since };
}
