import type { Refusal } from '@mcp-coordinator/contract/refusals';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { appendLeaf, EMPTY_FRONTIER, frontierRoot } from '@mcp-coordinator/core/audit/frontier';
import { inclusionRanges } from '@mcp-coordinator/core/audit/inclusion-proof';
import type { LeafRange } from '@mcp-coordinator/core/audit/leaf-range';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { hex, sha256 } from './merkle-bytes.ts';
import { findLeaf, leafHashes, newestCheckpoint } from './tree.store.ts';

export interface InclusionProof {
  id: string;
  leafIndex: number;
  leafHash: string;
  treeSize: number;
  rootHash: string;
  proof: string[];
  leaf: string;
  checkpoint: string;
}

/** The proof against the newest checkpoint, made by streaming the leaves: memory stays the same however long the log is. */
export async function proveLog(
  db: Db,
  flush: () => Promise<void>,
  id: string,
): Promise<Result<InclusionProof, Refusal<'not_found'>>> {
  let leaf = await findLeaf(db, id);
  if (leaf === undefined) {
    // It may have been written a moment ago.
    await flush();
    leaf = await findLeaf(db, id);
  }
  const head = await newestCheckpoint(db);
  if (leaf === undefined || head === undefined || leaf.leafIndex >= head.size) {
    return deny(refuse('not_found', `No audit record ${id} is in the tree.`));
  }
  const proof: string[] = [];
  for (const range of inclusionRanges(leaf.leafIndex, head.size)) proof.push(await rootOf(db, range));
  return accept({ id, ...leaf, treeSize: head.size, rootHash: head.rootHash, proof, checkpoint: head.note });
}

async function rootOf(db: Db, range: LeafRange): Promise<string> {
  let frontier = EMPTY_FRONTIER;
  for await (const hash of leafHashes(db, range)) frontier = appendLeaf(frontier, hash, sha256);
  return hex(frontierRoot(frontier, sha256));
}
