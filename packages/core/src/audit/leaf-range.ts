import { appendLeaf, EMPTY_FRONTIER, frontierRoot } from './frontier.ts';
import type { Hash, Sha256 } from './merkle-hash.ts';

/** Leaves `start` up to and without `end`: a subtree. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** The root over some of the leaves, as if they were a tree of their own. */
export function rangeRoot(leaves: readonly Hash[], { start, end }: LeafRange, sha256: Sha256): Hash {
  const frontier = leaves.slice(start, end).reduce((grown, leaf) => appendLeaf(grown, leaf, sha256), EMPTY_FRONTIER);
  return frontierRoot(frontier, sha256);
}
