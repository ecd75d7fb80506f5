import { emptyRoot, HASH_BYTES, type Hash, nodeHash, type Sha256 } from './merkle-hash.ts';

/**
 * What is needed of a tree to grow it: the roots of its perfect subtrees, largest first, one for each 1 in the binary form
 * of `size`. At most 53 hashes, however many leaves.
 */
export interface Frontier {
  readonly size: number;
  readonly nodes: readonly Hash[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, nodes: [] };

/** A subtree of 2^height leaves, the `position`th of its height from the left. */
export interface SubtreeId {
  readonly height: number;
  readonly position: number;
}
export interface Subtree extends SubtreeId {
  readonly hash: Hash;
}

/** The frontier after one more leaf. */
export function appendLeaf(frontier: Frontier, leaf: Hash, sha256: Sha256): Frontier {
  const grower = growTree(frontier, sha256);
  grower.append(leaf);
  return grower.frontier();
}

export interface TreeGrower {
  append(leaf: Hash): void;
  frontier(): Frontier;
}

/** Grows a tree leaf by leaf without copying; `completed` is told of each subtree above the leaves once it is whole. */
export function growTree(from: Frontier, sha256: Sha256, completed?: (subtree: Subtree) => void): TreeGrower {
  const nodes = [...from.nodes];
  let { size } = from;
  return {
    append: (leaf) => {
      let hash = leaf;
      let height = 0;
      // Each trailing 1 of the size is a perfect subtree as large as what has been put together so far.
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
        hash = nodeHash(takeLast(nodes), hash, sha256);
        height += 1;
        completed?.({ height, position: (rest - 1) / 2, hash });
      }
      nodes.push(hash);
      size += 1;
    },
    frontier: () => ({ size, nodes: [...nodes] }),
  };
}

/** The root of the whole tree (RFC 6962 §2.1): smaller subtrees hang to the right, so they are joined from the right. */
export function frontierRoot({ nodes }: Pick<Frontier, 'nodes'>, sha256: Sha256): Hash {
  const rest = [...nodes];
  let root = rest.pop();
  if (root === undefined) return emptyRoot(sha256);
  while (rest.length > 0) root = nodeHash(takeLast(rest), root, sha256);
  return root;
}

/** Whether a frontier that was read back can be one: as many hashes as its size has ones, all of a hash's length. */
export function isFrontier({ size, nodes }: Frontier): boolean {
  if (!Number.isSafeInteger(size) || size < 0) return false;
  return nodes.length === countOnes(size) && nodes.every((node) => node.length === HASH_BYTES);
}

function countOnes(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}

function takeLast(nodes: Hash[]): Hash {
  const last = nodes.pop();
  if (last === undefined) throw new RangeError('the frontier has fewer hashes than its size asks for');
  return last;
}
