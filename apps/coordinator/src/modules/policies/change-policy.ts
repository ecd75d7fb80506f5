import { APPROVING_ROLES } from '@mcp-coordinator/contract/permissions';
import type { ApprovalPolicyDocument, PolicyChange } from '@mcp-coordinator/contract/policies.contract';
import { type FieldError, type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { policyErrors } from '@mcp-coordinator/core/approvals/check-policy';
import { policyDifferences } from '@mcp-coordinator/core/approvals/policy-differences';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import { type NewId, sha256Hex } from '../../runtime.ts';
import { type ApplyPolicyDeps, applyPolicy } from './apply-policy.ts';
import { endPolicyChange } from './end-policy-change.ts';
import {
  approverNames,
  findPolicy,
  holdPolicy,
  insertPolicyChange,
  lockPendingChange,
  type NewPolicyChange,
  type StoredPolicy,
  toPolicyChange,
} from './policies.store.ts';

export interface ChangePolicyDeps extends ApplyPolicyDeps {
  db: Db;
  newId: NewId;
}
export interface ChangePolicyRequest {
  policy: ApprovalPolicyDocument;
  reason: string;
  baseVersion?: number | undefined;
}
type No = Refusal<'invalid_request' | 'policy_changed'>;

/**
 * A change of the policy: in force at once where one person may be alone, else it waits for another admin. The policy that
 * is in force says which; the new one has no say in it.
 */
export const changePolicy = (
  deps: ChangePolicyDeps,
  request: ChangePolicyRequest,
  person: Person,
  requestId: string,
): Promise<Result<PolicyChange, No>> =>
  transact<PolicyChange, No>(deps.db, async (tx) => {
    await holdPolicy(tx, 'exclusive');
    const current = await findPolicy(tx);
    if (!current) throw new Error('no approval policy is stored; it is seeded at the start');
    const stands = await check(tx, request, current);
    if (!stands.ok) return stands;
    const waiting = await lockPendingChange(tx);
    const change = newChange(deps, request, current, person);
    if (waiting) {
      const reason = `replaced by ${change.id}`;
      await endPolicyChange(deps, tx, waiting, { move: 'supersede', reason, actor: person.actor, requestId });
    }
    const row = await insertPolicyChange(tx, change);
    const by = { by: person.username, actor: person.actor, requestId };
    if (row.version !== null) await applyPolicy(deps, tx, { change: row, version: row.version, ...by });
    else await announce(deps, tx, change, person, requestId);
    return accept(toPolicyChange(row));
  });

async function check(
  tx: Tx,
  { policy, baseVersion }: ChangePolicyRequest,
  current: StoredPolicy,
): Promise<Result<void, No>> {
  if (baseVersion !== undefined && baseVersion !== current.version) {
    return deny(
      refuse(
        'policy_changed',
        `Version ${current.version} of the policy is in force, not ${baseVersion}. Nothing was changed. Read it again.`,
      ),
    );
  }
  const errors: FieldError[] = policyErrors(policy, await approverNames(tx, APPROVING_ROLES));
  if (errors.length > 0)
    return deny(refuse('invalid_request', 'The policy could not be met. Nothing was changed.', { errors }));
  if (policyDifferences(documentOf(current), policy).length === 0) {
    const same = [{ path: '/policy', message: 'is the policy that is in force' }];
    return deny(refuse('invalid_request', 'The policy is the same. Nothing was changed.', { errors: same }));
  }
  return accept(undefined);
}

function newChange(
  { clock, newId }: ChangePolicyDeps,
  { policy, reason }: ChangePolicyRequest,
  current: StoredPolicy,
  person: Person,
): NewPolicyChange {
  const id = newId('policy_change');
  const now = clock();
  const waits = current.secondPerson;
  const { version: baseVersion, maximumAges } = current;
  return {
    id,
    status: waits ? 'pending' : 'applied',
    baseVersion,
    version: waits ? null : baseVersion + 1,
    policy,
    differences: policyDifferences(documentOf(current), policy),
    digest: digestJson({ policyChangeId: id, baseVersion, policy }, sha256Hex),
    reason,
    proposedBy: person.actor,
    proposerId: person.userId,
    now,
    expiresAt: waits ? new Date(now.getTime() + maximumAges.proposalHours * 3_600_000) : null,
    decidedBy: waits ? null : person.actor,
  };
}

const documentOf = ({ version: _, since: __, ...document }: StoredPolicy): ApprovalPolicyDocument => document;

async function announce(
  { recordAudit, publishEvent }: ChangePolicyDeps,
  tx: Tx,
  change: NewPolicyChange,
  person: Person,
  requestId: string,
): Promise<void> {
  const { id, baseVersion, differences, digest, reason } = change;
  await recordAudit(tx, {
    action: 'policy_change_proposed',
    actor: person.actor,
    target: id,
    details: { baseVersion, differences, digest, reason },
    requestId,
  });
  await publishEvent(tx, {
    channel: 'approvals',
    event: 'policy_change.proposed',
    data: { policyChangeId: id, status: 'pending', baseVersion, by: person.username },
  });
}
