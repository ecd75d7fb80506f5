import type { DecideApproval } from '@mcp-coordinator/contract/approvals.contract';
import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { foldVotes, moreNeeded } from '@mcp-coordinator/core/approvals/fold-votes';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { ProposalRow } from '../remediations/remediations.module.ts';
import { type ApprovalRow, findApproval } from './approvals.store.ts';
import { decideAssessment } from './decide-assessment.ts';
import { decidePolicyChange } from './decide-policy-change.ts';
import { decideProposal } from './decide-proposal.ts';
import { type DecideApprovalDeps, type Decided, type DecideRefusal, idTaken } from './decision.ts';
import { reviewBreakGlass } from './review-break-glass.ts';

/** One person's decision, once: the vote, what it does to its subject, the record and the event, or none of them. */
export async function decideApproval(
  deps: DecideApprovalDeps,
  request: DecideApproval,
  person: Person,
  requestId: string,
): Promise<Result<Decided, DecideRefusal>> {
  let alert: Alert | undefined;
  const decided = await transact<Decided, DecideRefusal>(deps.db, async (tx) => {
    alert = undefined;
    const { proposalId } = request;
    if (proposalId === undefined) return decideOther(deps, tx, request, person, requestId);
    await deps.policies.hold(tx);
    const proposal = await deps.remediations.lock(tx, proposalId);
    const earlier = await findApproval(tx, request.approvalId);
    if (earlier) return sameAgain(deps, tx, earlier, request, person, proposal);
    if (!proposal)
      return deny(refuse('not_found', `No proposal ${proposalId}, or none that you may see. Nothing was decided.`));
    const outcome = await decideProposal(deps, tx, request, proposal, person, requestId);
    if (!outcome.ok) return outcome;
    ({ alert } = outcome.value);
    return accept(outcome.value.decided);
  });
  if (decided.ok && alert) await deps.alerts.tell(alert);
  return decided;
}

async function decideOther(
  deps: DecideApprovalDeps,
  tx: Tx,
  request: DecideApproval,
  person: Person,
  requestId: string,
): Promise<Result<Decided, DecideRefusal>> {
  const earlier = await findApproval(tx, request.approvalId);
  if (earlier) return sameAgain(deps, tx, earlier, request, person, undefined);
  const decide = useCaseOf(request);
  const decided = await decide(deps, tx, request, person, requestId);
  // Two sendings of one decision: the other came first while this one waited for the subject.
  const meanwhile = decided.ok ? undefined : await findApproval(tx, request.approvalId);
  return meanwhile ? sameAgain(deps, tx, meanwhile, request, person, undefined) : decided;
}

function useCaseOf(request: DecideApproval): typeof decideAssessment {
  if (request.policyChangeId !== undefined) return decidePolicyChange;
  return request.reviewOf === undefined ? decideAssessment : reviewBreakGlass;
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
    earlier.policy_change_id === (request.policyChangeId ?? null) &&
    earlier.review_of === (request.reviewOf ?? null) &&
    earlier.decision === request.decision &&
    earlier.break_glass === (request.breakGlass ?? false) &&
    earlier.reason === request.reason;
  if (!same) return deny(idTaken());
  if (!proposal || earlier.decision === 'rejected') return accept({ executionId: null, approvalsNeeded: 0 });
  const rules = await deps.policies.pair(tx, proposal.policy.version);
  const votes = await deps.remediations.votesOf(tx, proposal.id);
  const { missing } = foldVotes(rules, await deps.remediations.decidable(tx, proposal), votes);
  return accept({ executionId: await deps.executionOf(tx, proposal.id), approvalsNeeded: moreNeeded(missing) });
}
