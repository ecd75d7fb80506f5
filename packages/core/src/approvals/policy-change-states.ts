import type { PolicyChangeStatus } from '@mcp-coordinator/contract/policies.contract';
import type { Moves } from '../state-machine.ts';

/** The life of a change of the policy. */
export const POLICY_CHANGE_MOVES = {
  apply: { from: ['pending'], to: 'applied' },
  reject: { from: ['pending'], to: 'rejected' },
  expire: { from: ['pending'], to: 'expired' },
  supersede: { from: ['pending'], to: 'superseded' },
} as const satisfies Moves<PolicyChangeStatus>;
