import type { Caller } from '../../http/caller.ts';

/** Who answers for a proposal. */
export interface Proposer {
  actor: string;
  userId: number;
  /** Who made the machine key that it came with. */
  keyMadeBy: number | null;
  requestId: string;
  /** The machine that a key is of: it sees and changes that one, builds on what it asked for itself, and on nothing else. */
  onlyMachine: string | null;
}
/** A machine key's owner counts as the proposer of what it proposes, and so does whoever made it. */
export const proposerOf = (caller: Caller, requestId: string): Proposer => ({
  actor: caller.actor,
  userId: caller.kind === 'person' ? caller.userId : caller.ownerId,
  keyMadeBy: caller.kind === 'machine' ? caller.madeById : null,
  requestId,
  onlyMachine: caller.kind === 'machine' ? caller.serverId : null,
});
export const maySee = (proposer: Proposer, owner: string): boolean =>
  proposer.onlyMachine === null || owner === proposer.actor;
