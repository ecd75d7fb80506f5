import type { DecideApproval } from '@mcp-coordinator/contract/approvals.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../db/schema.ts';
import type { Person } from '../../http/caller.ts';
import { insertApproval, raisedByAt } from './approvals.store.ts';
import { type DecideApprovalDeps, type Decided, type DecideRefusal, idTaken } from './decision.ts';
import { useTokenToApprove } from './use-approval-token.ts';

/** Another admin approves or rejects a change of the policy; approving takes a token, as for a proposal. */
export async function decidePolicyChange(
  deps: DecideApprovalDeps,
  tx: Tx,
  request: DecideApproval,
  person: Person,
  requestId: string,
): Promise<Result<Decided, DecideRefusal>> {
  if (!person.permissions.has('manage_policy'))
    return deny(refuse('forbidden', 'Only who may change the policy may decide a change of it. Nothing was decided.'));
  const { policyChangeId: id = '', decision, reason } = request;
  const opened = await deps.policies.openChange(tx, {
    id,
    decision,
    reason,
    person,
    raisedAt: (proposerId) => raisedByAt(tx, person.userId, { proposerId }),
    requestId,
  });
  if (!opened.ok) return opened;
  const { digest, apply } = opened.value;
  if (request.proposalDigest !== undefined && request.proposalDigest !== digest)
    return deny(
      refuse('proposal_changed', `Policy change ${id} is not the one that was reviewed. Nothing was decided.`),
    );
  const now = deps.clock();
  const subject = { kind: 'policy_change', id, digest } as const;
  const token =
    decision === 'approved'
      ? await useTokenToApprove(tx, request.approvalToken, { userId: person.userId, subject, now })
      : accept(null);
  if (!token.ok) return token;
  await apply();
  const inserted = await insertApproval(tx, {
    id: request.approvalId,
    subject: { policyChangeId: id },
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
  return inserted ? accept({ executionId: null, approvalsNeeded: 0 }) : deny(idTaken());
}
