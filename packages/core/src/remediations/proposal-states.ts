import type { ProposalStatus } from '@mcp-coordinator/contract/remediations.contract';
import type { Moves } from '../state-machine.ts';

/** The life of a proposal (CONTRACT §4). */
export const PROPOSAL_MOVES = {
  approve: { from: ['pending'], to: 'approved' },
  reject: { from: ['pending'], to: 'rejected' },
  expire: { from: ['pending', 'approved'], to: 'expired' },
  supersede: { from: ['pending', 'approved'], to: 'superseded' },
  execute: { from: ['approved'], to: 'executing' },
  finish: { from: ['executing'], to: 'executed' },
  fail: { from: ['executing'], to: 'failed' },
  cancel: { from: ['executing'], to: 'cancelled' },
  roll_back: { from: ['executing', 'executed'], to: 'rolled_back' },
} as const satisfies Moves<ProposalStatus>;

export type ProposalMove = keyof typeof PROPOSAL_MOVES;
