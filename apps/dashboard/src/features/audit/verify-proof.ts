import type { CallValue } from '@mcp-coordinator/client/route-call';
import { inclusionRanges, verifyInclusion } from '@mcp-coordinator/core/audit/inclusion-proof';
import { equalHashes, leafHash } from '@mcp-coordinator/core/audit/merkle-hash';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

export type Proof = CallValue<'proveAuditLog'>;

export interface ProofStep {
  hash: string;
  /** On which side of the path the neighbour stands. */
  side: 'left' | 'right';
}

/** The neighbours of the path, from the leaf upwards. */
export const proofSteps = ({ leafIndex, treeSize, proof }: Proof): ProofStep[] => {
  const ranges = inclusionRanges(leafIndex, treeSize);
  return proof.map((hash, step) => ({ hash, side: (ranges[step]?.start ?? 0) < leafIndex ? 'left' : 'right' }));
};

/** Computed here, in the browser: the record's bytes give the leaf, and the leaf with its neighbours gives the root. */
export const proofHolds = (proof: Proof): boolean => {
  const leaf = leafHash(utf8ToBytes(proof.leaf), sha256);
  if (!equalHashes(leaf, hexToBytes(proof.leafHash))) return false;
  return verifyInclusion(
    {
      leaf,
      index: proof.leafIndex,
      size: proof.treeSize,
      proof: proof.proof.map(hexToBytes),
      root: hexToBytes(proof.rootHash),
    },
    sha256,
  );
};
