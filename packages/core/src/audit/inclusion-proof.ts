import { type LeafRange, rangeRoot } from './leaf-range.ts';
import { equalHashes, type Hash, nodeHash, type Sha256, splitPoint } from './merkle-hash.ts';

/**
 * The subtrees whose roots are the inclusion proof of a leaf, from the leaf upwards (RFC 6962 §2.1.1). Each root needs only
 * the leaf hashes of its own range, so that a proof can be made by streaming.
 */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`leaf ${index} is not in a tree of ${size}`);
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/** The inclusion proof of a leaf, from all leaf hashes of the tree. */
export const inclusionProof = (index: number, leaves: readonly Hash[], sha256: Sha256): Hash[] =>
  inclusionRanges(index, leaves.length).map((range) => rangeRoot(leaves, range, sha256));

export interface InclusionClaim {
  readonly leaf: Hash;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Hash[];
  readonly root: Hash;
}

/** Whether the leaf stands at that index of the tree with that root. */
export function verifyInclusion({ leaf, index, size, proof, root }: InclusionClaim, sha256: Sha256): boolean {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return false;
  const ranges = inclusionRanges(index, size);
  if (ranges.length !== proof.length) return false;
  const computed = proof.reduce((node, sibling, at) => {
    const isLeft = (ranges[at]?.start ?? 0) < index;
    return isLeft ? nodeHash(sibling, node, sha256) : nodeHash(node, sibling, sha256);
  }, leaf);
  return equalHashes(computed, root);
}
