import type { DecideApproval } from '@mcp-coordinator/contract/approvals.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { decideReview } from '@mcp-coordinator/core/approvals/decide-review';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../db/schema.ts';
import type { Person } from '../../http/caller.ts';
import { insertApproval, lockReviewable, raisedByAt } from './approvals.store.ts';
import { breakGlassAlert } from './break-glass.ts';
import { type DecideApprovalDeps, type Decided, type DecideRefusal, idTaken } from './decision.ts';
import { useTokenToApprove } from './use-approval-token.ts';

/**
 * Somebody else looks at an approval that was given past the rules, and says whether it was right. It undoes nothing by
 * itself: what ran has run, and rolling it back is a decision of its own.
 */
export async function reviewBreakGlass(
  deps: DecideApprovalDeps,
  tx: Tx,
  request: DecideApproval,
  person: Person,
  requestId: string,
): Promise<Result<Decided, DecideRefusal>> {
  const { reviewOf = '', decision, reason, approvalId } = request;
  const reviewed = await lockReviewable(tx, reviewOf);
  if (!reviewed) return deny(refuse('not_found', `There is no break-glass approval ${reviewOf}. Nothing was decided.`));
  const now = deps.clock();
  const may = decideReview({
    of: { id: reviewOf, userId: reviewed.user_id, review: reviewed.review },
    reviewer: {
      userId: person.userId,
      raisedAt: await raisedByAt(tx, person.userId, { proposerId: reviewed.user_id }),
    },
    now,
  });
  if (!may.ok) return may;
  const { digest, proposal_id: proposalId } = reviewed;
  const subject = { kind: 'review', id: reviewOf, digest } as const;
  const token =
    decision === 'approved'
      ? await useTokenToApprove(tx, request.approvalToken, { userId: person.userId, subject, now })
      : accept(null);
  if (!token.ok) return token;
  const inserted = await insertApproval(tx, {
    id: approvalId,
    subject: { reviewOf },
    userId: person.userId,
    username: person.username,
    decision,
    reason,
    digest,
    tokenId: token.value?.id ?? null,
    selfApproved: false,
    breakGlass: false,
    now,
  });
  if (!inserted) return deny(idTaken());
  await deps.recordAudit(tx, {
    action: 'break_glass_reviewed',
    actor: person.actor,
    target: proposalId ?? reviewOf,
    details: { approvalId, reviewOf, decision, reason },
    requestId,
  });
  await deps.publishEvent(tx, {
    channel: 'approvals',
    event: 'break_glass.reviewed',
    data: { proposalId, approvalId, reviewOf, decision, by: person.username },
  });
  await deps.alerts.settle(tx, breakGlassAlert(reviewOf));
  return accept({ executionId: null, approvalsNeeded: 0 });
}
