import type { Decision } from '@mcp-coordinator/contract/approvals.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { type DecidablePolicyChange, decidePolicyChange } from '@mcp-coordinator/core/approvals/decide-policy-change';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../db/schema.ts';
import type { Person } from '../../http/caller.ts';
import { type ApplyPolicyDeps, applyPolicy } from './apply-policy.ts';
import { findPolicy, holdPolicy, lockPolicyChange, type PolicyChangeRow, savePolicyChange } from './policies.store.ts';

export interface PolicyDecision {
  id: string;
  decision: Decision;
  reason: string;
  person: Person;
  /** When the proposer created or promoted this account. */
  raisedAt: (proposerId: number) => Promise<Date | null>;
  requestId: string;
}
export interface OpenedChange {
  digest: string;
  /** Puts it into force, or ends it. */
  apply: () => Promise<void>;
}

/** Locks a change of the policy for a decision; the caller judges the token against its digest, then applies the decision. */
export async function openPolicyChange(
  deps: ApplyPolicyDeps,
  tx: Tx,
  given: PolicyDecision,
): Promise<Result<OpenedChange, Refusal<'not_found' | 'invalid_transition' | 'policy_changed' | 'self_approval'>>> {
  await holdPolicy(tx, 'exclusive');
  const { id, decision, person } = given;
  const change = await lockPolicyChange(tx, id);
  if (!change) return deny(refuse('not_found', `No policy change ${id}. Nothing was decided.`));
  const current = await findPolicy(tx);
  if (!current) throw new Error('no approval policy is stored; it is seeded at the start');
  const decided = decidePolicyChange({
    change: decidable(change),
    decision,
    decider: { userId: person.userId, raisedByProposerAt: await given.raisedAt(change.proposer_id) },
    version: current.version,
    now: deps.clock(),
  });
  if (!decided.ok) return decided;
  const apply = async (): Promise<void> => {
    const ended = { by: person.actor, at: deps.clock() };
    if (decision === 'rejected') {
      await savePolicyChange(tx, id, decided.value, ended);
      return announceRejection(deps, tx, given);
    }
    const version = current.version + 1;
    await savePolicyChange(tx, id, decided.value, { ...ended, version });
    const by = { by: person.username, actor: person.actor, requestId: given.requestId };
    await applyPolicy(deps, tx, { change, version, ...by });
  };
  return accept({ digest: change.digest, apply });
}

const decidable = (row: PolicyChangeRow): DecidablePolicyChange => ({
  id: row.id,
  status: row.status,
  baseVersion: row.base_version,
  expiresAt: row.expires_at,
  proposerId: row.proposer_id,
});

async function announceRejection(deps: ApplyPolicyDeps, tx: Tx, given: PolicyDecision): Promise<void> {
  const { id, person, reason, requestId } = given;
  await deps.recordAudit(tx, {
    action: 'policy_change_rejected',
    actor: person.actor,
    target: id,
    details: { reason },
    requestId,
  });
  await deps.publishEvent(tx, {
    channel: 'approvals',
    event: 'policy_change.rejected',
    data: { policyChangeId: id, status: 'rejected', by: person.username },
  });
}
