import { type LeafRange, rangeRoot } from './leaf-range.ts';
import { equalHashes, type Hash, nodeHash, type Sha256, splitPoint } from './merkle-hash.ts';

/**
 * The subtrees whose roots prove that a tree of `size` leaves begins with the one of `first` leaves (RFC 6962 §2.1.2), in the
 * order of the proof. Empty when both are the same, or the first has no leaves.
 */
export function consistencyRanges(first: number, size: number): LeafRange[] {
  if (!(first >= 0 && first <= size)) throw new RangeError(`a tree of ${size} cannot begin with one of ${first}`);
  if (first === 0 || first === size) return [];
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = size;
  // The old tree's own root is left out: who verifies has it.
  while (first < end) {
    const middle = start + splitPoint(end - start);
    if (first <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  if (start > 0) ranges.push({ start, end });
  return ranges.reverse();
}

/** The consistency proof between two sizes of one tree, from all leaf hashes of the larger one. */
export const consistencyProof = (first: number, leaves: readonly Hash[], sha256: Sha256): Hash[] =>
  consistencyRanges(first, leaves.length).map((range) => rangeRoot(leaves, range, sha256));

export interface ConsistencyClaim {
  readonly firstSize: number;
  readonly firstRoot: Hash;
  readonly secondSize: number;
  readonly secondRoot: Hash;
  readonly proof: readonly Hash[];
}

/** Whether the second tree is the first one with leaves appended (RFC 9162 §2.1.4.2). */
export function verifyConsistency(claim: ConsistencyClaim, sha256: Sha256): boolean {
  const { firstSize, firstRoot, secondSize, secondRoot, proof } = claim;
  if (
    !(Number.isSafeInteger(firstSize) && Number.isSafeInteger(secondSize) && firstSize >= 0 && firstSize <= secondSize)
  ) {
    return false;
  }
  if (firstSize === secondSize) return proof.length === 0 && equalHashes(firstRoot, secondRoot);
  // Nothing is the beginning of everything.
  if (firstSize === 0) return proof.length === 0;
  const roots = rebuildRoots(claim, sha256);
  return roots !== undefined && equalHashes(roots.first, firstRoot) && equalHashes(roots.second, secondRoot);
}

/** Both roots out of the proof, walking from the last subtree of the old tree upwards; nothing where the proof does not fit. */
function rebuildRoots({ firstSize, firstRoot, secondSize, proof }: ConsistencyClaim, sha256: Sha256) {
  const ranges = consistencyRanges(firstSize, secondSize);
  if (ranges.length !== proof.length) return undefined;
  // A first tree that is perfect is itself the place where the walk begins.
  const begins = (ranges[0]?.end ?? 0) > firstSize;
  const [head, ...rest] = begins ? [firstRoot, ...proof] : proof;
  if (head === undefined) return undefined;
  const siblings = begins ? ranges : ranges.slice(1);
  let first = head;
  let second = head;
  for (const [at, sibling] of rest.entries()) {
    if ((siblings[at]?.start ?? 0) < firstSize) {
      first = nodeHash(sibling, first, sha256);
      second = nodeHash(sibling, second, sha256);
    } else {
      second = nodeHash(second, sibling, sha256);
    }
  }
  return { first, second };
}
