import type { AuditLog } from '@mcp-coordinator/contract/audit.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { consistencyRanges } from '@mcp-coordinator/core/audit/consistency-proof';
import { frontierRoot, type SubtreeId } from '@mcp-coordinator/core/audit/frontier';
import { inclusionRanges } from '@mcp-coordinator/core/audit/inclusion-proof';
import { frontierRanges, keptParts, type LeafRange, rootOfParts } from '@mcp-coordinator/core/audit/leaf-range';
import type { Hash } from '@mcp-coordinator/core/audit/merkle-hash';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { hex, sha256 } from './merkle-bytes.ts';
import * as tree from './tree.store.ts';

export interface InclusionProof {
  id: string;
  leafIndex: number;
  leafHash: string;
  treeSize: number;
  rootHash: string;
  proof: string[];
  leaf: string;
  salt: string | null;
  details: AuditLog['details'] | null;
  checkpoint: string;
}

/** The proof against the newest checkpoint, from a number of hashes that grows with the logarithm of the log. */
export async function proveLog(
  db: Db,
  flush: () => Promise<void>,
  id: string,
): Promise<Result<InclusionProof, Refusal<'not_found'>>> {
  let leaf = await tree.findLeaf(db, id);
  if (leaf === undefined) {
    // It may have been written a moment ago.
    await flush();
    leaf = await tree.findLeaf(db, id);
  }
  const head = await tree.newestCheckpoint(db);
  if (leaf === undefined || head === undefined || leaf.leafIndex >= head.size) {
    return deny(refuse('not_found', `No audit record ${id} is in the tree.`));
  }
  const proof = await rootsOf(db, inclusionRanges(leaf.leafIndex, head.size));
  if (proof === undefined)
    return deny(refuse('not_found', `Hashes that the proof of ${id} needs are missing from the tree. Verify the log.`));
  // What `recordAudit` put in: an object.
  const details = leaf.details as AuditLog['details'] | null;
  return accept({
    id,
    ...leaf,
    details,
    treeSize: head.size,
    rootHash: head.rootHash,
    proof: proof.map(hex),
    checkpoint: head.note,
  });
}

export interface ConsistencyProof {
  from: number;
  to: number;
  fromRoot: string;
  toRoot: string;
  proof: string[];
  /** The newest one of at most `to`. */
  checkpoint: string;
}

/** That the tree of one size is the beginning of the tree of another, by default of the newest checkpoint. */
export async function proveConsistency(
  db: Db,
  from: number,
  upTo: number | undefined,
): Promise<Result<ConsistencyProof, Refusal<'not_found'>>> {
  const head = await tree.newestCheckpoint(db);
  const to = upTo ?? head?.size ?? 0;
  if (head === undefined || to > head.size || from > to)
    return deny(
      refuse('not_found', `The audit log has ${head?.size ?? 0} leaves; it has no part from ${from} to ${to}.`),
    );
  const [fromRoot, toRoot] = [await rootAt(db, from), await rootAt(db, to)];
  const proof = await rootsOf(db, consistencyRanges(from, to));
  const checkpoint = await tree.checkpointUpTo(db, to);
  if (proof === undefined || fromRoot === undefined || toRoot === undefined || checkpoint === undefined) {
    const pruned = await tree.prunedSize(db);
    return deny(
      refuse('not_found', `Leaves before ${pruned} were archived; a size below that can no longer be proven.`),
    );
  }
  return accept({
    from,
    to,
    fromRoot: hex(fromRoot),
    toRoot: hex(toRoot),
    proof: proof.map(hex),
    checkpoint: checkpoint.note,
  });
}

/** The root of the tree's first leaves; nothing where hashes that it needs are gone. */
export async function rootAt(db: Db, size: number): Promise<Hash | undefined> {
  const nodes = await rootsOf(db, frontierRanges(size));
  return nodes && frontierRoot({ nodes }, sha256);
}

/** The roots of subtrees; nothing where hashes that they need are gone. */
export async function rootsOf(db: Db, ranges: readonly LeafRange[]): Promise<Hash[] | undefined> {
  const [roots] = await proofsOf(db, [ranges]);
  return roots;
}

/** The same for several proofs at once, whose hashes are mostly the same ones. */
export async function proofsOf(db: Db, proofs: readonly (readonly LeafRange[])[]): Promise<(Hash[] | undefined)[]> {
  const parts = proofs.map((ranges) => ranges.map(keptParts));
  const wanted = new Map(parts.flat(2).map((part) => [`${part.height}/${part.position}`, part]));
  const kept = await tree.keptHashes(db, [...wanted.values()]);
  return parts.map((of) => {
    const roots = of.map((subtree) => rootFrom(kept, subtree));
    return roots.every((root) => root !== undefined) ? roots : undefined;
  });
}

function rootFrom(kept: ReadonlyMap<string, Hash>, parts: readonly SubtreeId[]): Hash | undefined {
  const known = parts.flatMap(({ height, position }) => {
    const hash = kept.get(`${height}/${position}`);
    return hash ? [{ height, hash }] : [];
  });
  return known.length === parts.length ? rootOfParts(known, sha256) : undefined;
}
