import { POLICY_CHANGE_MOVES } from '@mcp-coordinator/core/approvals/policy-change-states';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import type { Db, Tx } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { lockPendingChange, type PolicyChangeRow, savePolicyChange } from './policies.store.ts';

export interface EndPolicyChangeDeps {
  clock: Clock;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}

const AUDIT = { expire: 'policy_change_expired', supersede: 'policy_change_superseded' } as const;

/** A change that waited comes to nothing, without anybody's decision. */
export async function endPolicyChange(
  { clock, recordAudit, publishEvent }: EndPolicyChangeDeps,
  tx: Tx,
  change: PolicyChangeRow,
  end: { move: 'expire' | 'supersede'; reason: string; actor: string; requestId?: string },
): Promise<void> {
  const { move, reason, actor, requestId } = end;
  const transition = moveFrom(POLICY_CHANGE_MOVES, change.status, move, `Policy change ${change.id}`);
  if (!transition.ok) throw new Error(transition.refusal.detail);
  await savePolicyChange(tx, change.id, transition.value, { by: actor, at: clock() });
  await recordAudit(tx, {
    action: AUDIT[move],
    actor,
    target: change.id,
    details: { reason },
    ...(requestId === undefined ? {} : { requestId }),
  });
  await publishEvent(tx, {
    channel: 'approvals',
    event: `policy_change.${transition.value.to}`,
    data: { policyChangeId: change.id, status: transition.value.to, reason },
  });
}

/** Ends the change that nobody decided in time, if there is one. */
export const expirePolicyChange = (deps: EndPolicyChangeDeps & { db: Db }): Promise<boolean> =>
  deps.db.transaction().execute(async (tx) => {
    const change = await lockPendingChange(tx, deps.clock());
    if (!change) return false;
    await endPolicyChange(deps, tx, change, { move: 'expire', reason: 'nobody decided it in time', actor: 'system' });
    return true;
  });
