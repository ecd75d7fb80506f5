import type { Decision } from '@mcp-coordinator/contract/approvals.contract';
import type { PolicyChangeStatus } from '@mcp-coordinator/contract/policies.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '../result.ts';
import { moveFrom, type Transition } from '../state-machine.ts';
import type { Decider } from './decide-approval.ts';
import { POLICY_CHANGE_MOVES } from './policy-change-states.ts';
import { refuseSelf } from './second-person.ts';

export interface DecidablePolicyChange {
  readonly id: string;
  readonly status: PolicyChangeStatus;
  readonly baseVersion: number;
  readonly expiresAt: Date | null;
  readonly proposerId: number;
}

/**
 * What a person's decision does to a change of the policy that waits. It waits because a second person is asked for, so its
 * approval is always someone else's; whoever asked for it may withdraw it.
 */
export function decidePolicyChange(input: {
  readonly change: DecidablePolicyChange;
  readonly decision: Decision;
  readonly decider: Pick<Decider, 'userId' | 'raisedByProposerAt'>;
  /** In force now. */
  readonly version: number;
  readonly now: Date;
}): Result<Transition<PolicyChangeStatus>, Refusal<'invalid_transition' | 'policy_changed' | 'self_approval'>> {
  const { change, decision, decider, version, now } = input;
  const subject = `Policy change ${change.id}`;
  const move = moveFrom(POLICY_CHANGE_MOVES, change.status, decision === 'approved' ? 'apply' : 'reject', subject);
  if (!move.ok) return move;
  if (change.expiresAt && change.expiresAt.getTime() <= now.getTime())
    return deny(refuse('invalid_transition', `${subject} expired before it was decided. Nothing was changed.`));
  if (decision === 'rejected') return move;
  if (change.baseVersion !== version) {
    return deny(
      refuse(
        'policy_changed',
        `${subject} changes version ${change.baseVersion} of the policy, and version ${version} is in force. Nothing was changed.`,
      ),
    );
  }
  const other = refuseSelf(change, decider, now);
  return other.ok ? accept(move.value) : other;
}
