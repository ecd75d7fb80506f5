import type { DecideApproval } from '@mcp-coordinator/contract/approvals.contract';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../db/schema.ts';
import type { Person } from '../../http/caller.ts';
import { insertApproval } from './approvals.store.ts';
import { type DecideApprovalDeps, type Decided, type DecideRefusal, idTaken } from './decision.ts';
import { useTokenToApprove } from './use-approval-token.ts';

/** A person accepts or rejects the results of an assessment; approving takes a token, as for a proposal. */
export async function decideAssessment(
  deps: DecideApprovalDeps,
  tx: Tx,
  request: DecideApproval,
  person: Person,
  requestId: string,
): Promise<Result<Decided, DecideRefusal>> {
  const id = request.assessmentId ?? '';
  const opened = await deps.assessments.openForDecision(tx, id, request.decision);
  if (!opened.ok) return opened;
  const { assessment, apply } = opened.value;
  const now = deps.clock();
  const approving = request.decision === 'approved';
  const subject = { kind: 'assessment', id, digest: assessment.digest } as const;
  const token = approving
    ? await useTokenToApprove(tx, request.approvalToken, { userId: person.userId, subject, now })
    : accept(null);
  if (!token.ok) return token;
  await apply();
  const inserted = await insertApproval(tx, {
    id: request.approvalId,
    subject: { assessmentId: id },
    userId: person.userId,
    username: person.username,
    decision: request.decision,
    reason: request.reason,
    digest: assessment.digest,
    tokenId: token.value?.id ?? null,
    breakGlass: false,
    selfApproved: assessment.requested_by === person.actor && approving,
    now,
  });
  if (!inserted) return deny(idTaken());
  const details = { approvalId: request.approvalId, reason: request.reason, digest: assessment.digest };
  await deps.recordAudit(tx, {
    action: approving ? 'assessment_approved' : 'assessment_rejected',
    actor: person.actor,
    target: id,
    details,
    requestId,
  });
  const data = { assessmentId: id, approvalId: request.approvalId, by: person.username, decision: request.decision };
  await deps.publishEvent(tx, {
    channel: 'approvals',
    event: approving ? 'approval.granted' : 'approval.rejected',
    data,
  });
  await deps.publishEvent(tx, {
    channel: 'assessments',
    event: `assessment.${request.decision}`,
    data: { assessmentId: id, status: request.decision },
  });
  return accept({ executionId: null, approvalsNeeded: 0 });
}
