import { EMPTY_FRONTIER, frontierRoot, growTree, type SubtreeId } from './frontier.ts';
import { type Hash, nodeHash, type Sha256 } from './merkle-hash.ts';

/** Leaves `start` up to and without `end`: a subtree. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** The root over some of the leaves, as if they were a tree of their own. */
export function rangeRoot(leaves: readonly Hash[], { start, end }: LeafRange, sha256: Sha256): Hash {
  const grower = growTree(EMPTY_FRONTIER, sha256);
  for (const leaf of leaves.slice(start, end)) grower.append(leaf);
  return frontierRoot(grower.frontier(), sha256);
}

/**
 * Every how many levels of the tree one is kept. Of the kept ones at most 2^KEPT_EVERY hashes a level are read for a subtree,
 * so that a proof takes a number of hashes that grows with the logarithm of the log.
 */
export const KEPT_EVERY = 8;
const HEIGHT_MAX = 52;

/** The kept subtrees, and leaves (height 0), that make up a subtree, from the left. `start` is a multiple of its size. */
export function keptParts({ start, end }: LeafRange): SubtreeId[] {
  const parts: SubtreeId[] = [];
  let at = start;
  for (let height = HEIGHT_MAX - (HEIGHT_MAX % KEPT_EVERY); height >= 0; height -= KEPT_EVERY) {
    const width = 2 ** height;
    for (; at % width === 0 && at + width <= end; at += width) parts.push({ height, position: at / width });
  }
  return parts;
}

/** The root of a subtree out of its `keptParts` with their hashes, in the same order. */
export function rootOfParts(parts: readonly { height: number; hash: Hash }[], sha256: Sha256): Hash {
  const nodes: { height: number; hash: Hash }[] = [];
  for (const part of parts) {
    let { height, hash } = part;
    for (let left = nodes.at(-1); left?.height === height; left = nodes.at(-1)) {
      nodes.pop();
      hash = nodeHash(left.hash, hash, sha256);
      height += 1;
    }
    nodes.push({ height, hash });
  }
  return frontierRoot({ nodes: nodes.map(({ hash }) => hash) }, sha256);
}

/** The perfect subtrees of the tree's first `size` leaves, largest first: what its frontier holds. */
export function frontierRanges(size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let start = 0;
  for (let width = 2 ** HEIGHT_MAX; width >= 1; width /= 2) {
    if (start + width > size) continue;
    ranges.push({ start, end: start + width });
    start += width;
  }
  return ranges;
}

/** The largest subtrees between a place and the end of a tree of `size`, from the left; the last may not be perfect. */
export function restRanges(from: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  for (let start = from; start < size; ) {
    let width = 1;
    while (start % (width * 2) === 0 && start + width < size) width *= 2;
    const end = Math.min(size, start + width);
    ranges.push({ start, end });
    start = end;
  }
  return ranges;
}
