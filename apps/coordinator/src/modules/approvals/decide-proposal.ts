import type { DecideApproval } from '@mcp-coordinator/contract/approvals.contract';
import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import { type ApprovalPolicy, bothOf, type PolicyPair } from '@mcp-coordinator/core/approvals/approval-policy';
import { type ApprovalOutcome, decideApproval } from '@mcp-coordinator/core/approvals/decide-approval';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../db/schema.ts';
import type { Person } from '../../http/caller.ts';
import type { ProposalRow } from '../remediations/remediations.module.ts';
import { insertApproval, raisedByAt } from './approvals.store.ts';
import { announceBreakGlass } from './break-glass.ts';
import { type DecideApprovalDeps, type Decided, type DecideRefusal, idTaken } from './decision.ts';
import { type UsedToken, useTokenToApprove } from './use-approval-token.ts';

/** A decision on a proposal that is locked, under the policy that is held. */
export async function decideProposal(
  deps: DecideApprovalDeps,
  tx: Tx,
  request: DecideApproval,
  proposal: ProposalRow,
  person: Person,
  requestId: string,
): Promise<Result<{ decided: Decided; alert: Alert | undefined }, DecideRefusal>> {
  const now = deps.clock();
  const token = await tokenOf(tx, request, proposal, person, now);
  if (!token.ok) return token;
  const signed = token.value?.signedDigest === proposal.digest;
  const rules = await deps.policies.pair(tx, proposal.policy.version);
  const breakGlass = request.breakGlass ?? false;
  const subject = await deps.remediations.decidable(tx, proposal);
  const outcome = decideApproval({
    proposal: subject,
    votes: await deps.remediations.votesOf(tx, proposal.id),
    decision: request.decision,
    decider: {
      userId: person.userId,
      username: person.username,
      role: person.role,
      raisedByProposerAt: await raisedByAt(tx, person.userId, subject),
      secondFactor: token.value !== null && token.value.stepUp !== null,
      signed,
    },
    rules,
    breakGlass,
    seenDigest: request.proposalDigest,
    now,
  });
  if (!outcome.ok) return outcome;
  const { selfApproved } = outcome.value;
  const inserted = await insertApproval(tx, {
    id: request.approvalId,
    subject: { proposalId: proposal.id },
    userId: person.userId,
    username: person.username,
    decision: request.decision,
    reason: request.reason,
    digest: proposal.digest,
    tokenId: token.value?.id ?? null,
    selfApproved,
    breakGlass,
    now,
  });
  if (!inserted) return deny(idTaken());
  const executionId = await move(deps, tx, { request, proposal, person, outcome: outcome.value, rules, now });
  const decided: Decided = { executionId, approvalsNeeded: outcome.value.approvalsNeeded };
  const status = outcome.value.transition?.to ?? proposal.status;
  await announce(deps, tx, { request, proposal, person, requestId, selfApproved, signed, decided, status });
  if (!breakGlass) return accept({ decided, alert: undefined });
  await deps.remediations.markBreakGlass(tx, proposal.id);
  return accept({ decided, alert: await announceBreakGlass(deps, tx, { request, proposal, person, requestId }) });
}

const tokenOf = async (
  tx: Tx,
  { decision, approvalToken }: DecideApproval,
  { id, digest }: ProposalRow,
  { userId }: Person,
  now: Date,
): Promise<Result<UsedToken | null, DecideRefusal>> =>
  decision === 'approved'
    ? useTokenToApprove(tx, approvalToken, { userId, subject: { kind: 'proposal', id, digest }, now })
    : accept(null);

interface Move {
  request: DecideApproval;
  proposal: ProposalRow;
  person: Person;
  outcome: ApprovalOutcome;
  rules: PolicyPair;
  now: Date;
}

/** What the decision does to the proposal; answers the execution that may be started. */
async function move(
  deps: DecideApprovalDeps,
  tx: Tx,
  { request, proposal, person, outcome: { transition }, rules, now }: Move,
): Promise<string | null> {
  // One that was approved before the policy became stricter has its execution already.
  if (!transition) return deps.executionOf(tx, proposal.id);
  if (request.decision === 'rejected') {
    const reason = `rejected by ${person.username}: ${request.reason}`;
    await deps.remediations.saveTransition(tx, proposal.id, transition, { expiresAt: null, reason });
    return null;
  }
  const hours = Math.min(...bothOf(rules).map(({ maximumAges }: ApprovalPolicy) => maximumAges.approvalHours));
  const expiresAt = new Date(now.getTime() + hours * 3_600_000);
  await deps.remediations.saveTransition(tx, proposal.id, transition, { approvedAt: now, expiresAt });
  return deps.prepareExecution(tx, proposal);
}

interface Said {
  request: DecideApproval;
  proposal: ProposalRow;
  person: Person;
  requestId: string;
  selfApproved: boolean;
  signed: boolean;
  decided: Decided;
  status: ProposalRow['status'];
}

async function announce(deps: DecideApprovalDeps, tx: Tx, said: Said): Promise<void> {
  const { request, proposal, person, requestId, selfApproved, signed, decided, status } = said;
  const approving = request.decision === 'approved';
  const { approvalId, reason } = request;
  const marks = { ...(request.breakGlass ? { breakGlass: true } : {}), ...(signed ? { signed } : {}) };
  await deps.recordAudit(tx, {
    action: approving ? 'approval_granted' : 'approval_rejected',
    actor: person.actor,
    target: proposal.id,
    details: { approvalId, reason, digest: proposal.digest, selfApproved, ...marks, ...decided },
    requestId,
  });
  await deps.publishEvent(tx, {
    channel: 'approvals',
    event: approving ? 'approval.granted' : 'approval.rejected',
    data: {
      ...{ proposalId: proposal.id, approvalId, by: person.username, decision: request.decision },
      ...marks,
      ...decided,
    },
  });
  if (status === proposal.status) return;
  await deps.publishEvent(tx, {
    channel: 'remediations',
    event: `remediation.${status}`,
    data: { proposalId: proposal.id, status, executionId: decided.executionId, ...marks },
  });
}
