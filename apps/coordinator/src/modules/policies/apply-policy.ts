import type { ApprovalPolicyDocument } from '@mcp-coordinator/contract/policies.contract';
import type { Tx } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { insertPolicy, type PolicyChangeRow } from './policies.store.ts';

export interface ApplyPolicyDeps {
  clock: Clock;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
  /** Holds what waits already to the new maximum ages. */
  shortenLives: (tx: Tx, ages: ApprovalPolicyDocument['maximumAges']) => Promise<void>;
}
export interface Applied {
  change: PolicyChangeRow;
  version: number;
  by: string;
  actor: string;
  requestId: string;
}

/** A new version comes into force, with its record and event. The policy is held exclusively by now. */
export async function applyPolicy(deps: ApplyPolicyDeps, tx: Tx, applied: Applied): Promise<void> {
  const { change, version, by, actor, requestId } = applied;
  const inserted = await insertPolicy(tx, version, change.document, deps.clock());
  if (!inserted) throw new Error(`version ${version} of the policy is there already`);
  await deps.shortenLives(tx, change.document.maximumAges);
  const details = {
    policyChangeId: change.id,
    version,
    differences: change.differences,
    digest: change.digest,
    reason: change.reason,
    proposedBy: change.proposed_by,
    selfApproved: change.proposed_by === actor,
  };
  await deps.recordAudit(tx, { action: 'policy_changed', actor, target: 'approval', details, requestId });
  await deps.publishEvent(tx, {
    channel: 'approvals',
    event: 'policy.changed',
    data: { policyChangeId: change.id, version, proposedBy: change.proposed_by, by },
  });
}
