import type { DecideApproval } from '@mcp-coordinator/contract/approvals.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { approvalsNeeded, decideApproval as decide } from '@mcp-coordinator/core/approvals/decide-approval';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { ProposalRow } from '../remediations/remediations.module.ts';
import { type ApprovalRow, findApproval, insertApproval, raisedByAt } from './approvals.store.ts';
import { decideAssessment } from './decide-assessment.ts';
import { type DecideApprovalDeps, type Decided, type DecideRefusal, idTaken } from './decision.ts';
import { useTokenToApprove } from './use-approval-token.ts';

/** One person's decision, once: the vote, what it does to its subject, the record and the event, or none of them. */
export const decideApproval = (
  deps: DecideApprovalDeps,
  request: DecideApproval,
  person: Person,
  requestId: string,
): Promise<Result<Decided, DecideRefusal>> =>
  transact<Decided, DecideRefusal>(deps.db, async (tx) => {
    const { proposalId } = request;
    const proposal = proposalId === undefined ? undefined : await deps.remediations.lock(tx, proposalId);
    const earlier = await findApproval(tx, request.approvalId);
    if (earlier) return sameAgain(deps, tx, earlier, request, person, proposal);
    if (proposalId === undefined) {
      const decided = await decideAssessment(deps, tx, request, person, requestId);
      // Two sendings of one decision: the other came first while this one waited for the assessment.
      const meanwhile = decided.ok ? undefined : await findApproval(tx, request.approvalId);
      return meanwhile ? sameAgain(deps, tx, meanwhile, request, person, proposal) : decided;
    }
    if (!proposal)
      return deny(refuse('not_found', `No proposal ${proposalId}, or none that you may see. Nothing was decided.`));
    return decideProposal(deps, tx, request, proposal, person, requestId);
  });

async function decideProposal(
  deps: DecideApprovalDeps,
  tx: Tx,
  request: DecideApproval,
  proposal: ProposalRow,
  person: Person,
  requestId: string,
): Promise<Result<Decided, DecideRefusal>> {
  const now = deps.clock();
  const subject = { kind: 'proposal', id: proposal.id, digest: proposal.digest } as const;
  const approving = request.decision === 'approved';
  const token = approving
    ? await useTokenToApprove(tx, request.approvalToken, { userId: person.userId, subject, now })
    : accept(null);
  if (!token.ok) return token;
  const outcome = decide({
    proposal: decidable(proposal),
    votes: await deps.remediations.votesOf(tx, proposal.id),
    decision: request.decision,
    decider: { userId: person.userId, raisedByProposerAt: await raisedByAt(tx, person.userId, proposal.proposer_id) },
    policy: await deps.policies.current(tx),
    seenDigest: request.proposalDigest,
    now,
  });
  if (!outcome.ok) return outcome;
  const { transition, selfApproved } = outcome.value;
  const inserted = await insertApproval(tx, {
    id: request.approvalId,
    subject: { proposalId: proposal.id },
    userId: person.userId,
    username: person.username,
    decision: request.decision,
    reason: request.reason,
    digest: proposal.digest,
    tokenId: token.value,
    selfApproved,
    now,
  });
  if (!inserted) return deny(idTaken());
  let executionId: string | null = null;
  if (transition) {
    const expiresAt = new Date(now.getTime() + deps.approvedTtlHours * 3_600_000);
    const change = approving
      ? { approvedAt: now, expiresAt }
      : { expiresAt: null, reason: `rejected by ${person.username}: ${request.reason}` };
    await deps.remediations.saveTransition(tx, proposal.id, transition, change);
    if (approving) executionId = await deps.prepareExecution(tx, proposal);
  }
  const decided: Decided = { executionId, approvalsNeeded: outcome.value.approvalsNeeded };
  await announce(deps, tx, {
    request,
    proposal,
    person,
    requestId,
    selfApproved,
    decided,
    status: transition?.to ?? proposal.status,
  });
  return accept(decided);
}

const decidable = (row: ProposalRow) => ({
  id: row.id,
  status: row.status,
  priority: row.priority,
  digest: row.digest,
  expiresAt: row.expires_at,
  proposerId: row.proposer_id,
});

async function announce(
  deps: DecideApprovalDeps,
  tx: Tx,
  said: {
    request: DecideApproval;
    proposal: ProposalRow;
    person: Person;
    requestId: string;
    selfApproved: boolean;
    decided: Decided;
    status: ProposalRow['status'];
  },
): Promise<void> {
  const { request, proposal, person, requestId, selfApproved, decided, status } = said;
  const approving = request.decision === 'approved';
  const details = {
    approvalId: request.approvalId,
    reason: request.reason,
    digest: proposal.digest,
    selfApproved,
    ...decided,
  };
  await deps.recordAudit(tx, {
    action: approving ? 'approval_granted' : 'approval_rejected',
    actor: person.actor,
    target: proposal.id,
    details,
    requestId,
  });
  const data = {
    proposalId: proposal.id,
    approvalId: request.approvalId,
    by: person.username,
    decision: request.decision,
    ...decided,
  };
  await deps.publishEvent(tx, {
    channel: 'approvals',
    event: approving ? 'approval.granted' : 'approval.rejected',
    data,
  });
  if (status === proposal.status) return;
  await deps.publishEvent(tx, {
    channel: 'remediations',
    event: `remediation.${status}`,
    data: { proposalId: proposal.id, status, executionId: decided.executionId },
  });
}

/** The same decision sent again gets the first answer; the same id for anything else is a conflict. */
async function sameAgain(
  deps: DecideApprovalDeps,
  tx: Tx,
  earlier: ApprovalRow,
  request: DecideApproval,
  person: Person,
  proposal: ProposalRow | undefined,
): Promise<Result<Decided, Refusal<'idempotency_conflict'>>> {
  const same =
    earlier.user_id === person.userId &&
    earlier.proposal_id === (request.proposalId ?? null) &&
    earlier.assessment_id === (request.assessmentId ?? null) &&
    earlier.decision === request.decision &&
    earlier.reason === request.reason;
  if (!same) return deny(idTaken());
  if (!proposal || earlier.decision === 'rejected') return accept({ executionId: null, approvalsNeeded: 0 });
  const policy = await deps.policies.current(tx);
  const needed = approvalsNeeded(policy, decidable(proposal), await deps.remediations.votesOf(tx, proposal.id));
  return accept({ executionId: await deps.executionOf(tx, proposal.id), approvalsNeeded: needed });
}
