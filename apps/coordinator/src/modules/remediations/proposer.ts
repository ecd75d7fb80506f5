import type { Caller } from '../../http/caller.ts';

/** Who answers for a proposal. */
export interface Proposer {
  actor: string;
  userId: number;
  /** Who made the machine key that it came with. */
  keyMadeBy: number | null;
  requestId: string;
  /** A key sees what it asked for itself, and builds on nothing else. */
  machine: boolean;
}
/** A machine key's owner counts as the proposer of what it proposes, and so does whoever made it. */
export const proposerOf = (caller: Caller, requestId: string): Proposer => ({
  actor: caller.actor,
  userId: caller.kind === 'person' ? caller.userId : caller.ownerId,
  keyMadeBy: caller.kind === 'machine' ? caller.madeById : null,
  requestId,
  machine: caller.kind === 'machine',
});
export const maySee = (proposer: Proposer, owner: string): boolean => !proposer.machine || owner === proposer.actor;
