import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditProblem, AuditVerification } from '@mcp-coordinator/contract/audit.contract';
import type { Subtree } from '@mcp-coordinator/core/audit/frontier';
import { KEPT_EVERY } from '@mcp-coordinator/core/audit/leaf-range';
import { equalHashes } from '@mcp-coordinator/core/audit/merkle-hash';
import type { Db } from '../../../db/schema.ts';
import { databaseFault } from '../../../db/sqlstate.ts';
import type { Clock } from '../../../runtime.ts';
import type { CheckpointSigner } from '../checkpoint-signing.ts';
import { hex, unhex } from '../merkle-bytes.ts';
import * as tree from '../tree.store.ts';
import { checkEntry } from './check-record.ts';
import { type Report, TreeWalk } from './tree-walk.ts';
import { newestPruning, type Stray, strays, treeEntries, unrecordedErasures } from './verify.store.ts';

export interface VerifyDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly signer: CheckpointSigner;
  /** Brings what is queued into the tree. */
  readonly flush: () => Promise<void>;
}

/** Leaves from one on and before another, widened to the checkpoints around them; the whole log where absent. */
export interface VerifyPart {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Told after each batch of the leaves that are verified; what it throws ends the verification. */
  readonly onProgress?: (verified: number, problems: readonly AuditProblem[]) => Promise<void>;
}

export const PROBLEMS_MAX = 100;
const BATCH = 2_000;

/**
 * Every record against its leaf text, every leaf text against its hash, every hash against the signed roots, and what lies
 * outside of them. It reads up to the checkpoint that is newest when it begins; what is before that never changes.
 */
export async function verifyAudit(deps: VerifyDeps, part: VerifyPart = {}): Promise<AuditVerification> {
  const { db, clock, signer } = deps;
  const problems: AuditProblem[] = [];
  const report: Report = (leafIndex, recordId, problem) => {
    if (problems.length < PROBLEMS_MAX) problems.push({ leafIndex, recordId, problem });
  };
  await integrateQueue(deps.flush, report);
  const checkedAt = clock().toISOString();
  const first = await checkPruning(db, report);
  const start = await tree.checkpointUpTo(db, Math.max(part.from ?? 0, first));
  const end = part.to === undefined ? undefined : await tree.checkpointFrom(db, part.to);
  const size = (end ?? (await tree.newestCheckpoint(db)))?.size ?? 0;
  // What was archived cannot be begun with: without the checkpoint at the cut its leaves count as missing.
  const from = (part.from ?? 0) > 0 || first > 0 ? (start?.size ?? 0) : 0;
  const subtrees: Subtree[] = [];
  const walk = new TreeWalk(checkpoints(db, from, size), signer, report, {
    start: from > 0 ? start : undefined,
    onSubtree: (subtree) => {
      if (subtree.height % KEPT_EVERY === 0) subtrees.push(subtree);
    },
  });
  await walk.begin();
  await walkLeaves(deps, walk, { from, size }, report, (verified) => part.onProgress?.(verified, problems));
  const root = await walk.end(size);
  // Where a leaf is wrong, so is every subtree over it, and that has been said.
  if (problems.length === 0) await checkSubtrees(db, subtrees, report);
  for (const stray of await strays(db, PROBLEMS_MAX))
    report(stray.leafIndex, stray.recordId, STRAY_PROBLEMS[stray.kind]);
  return {
    ...{ valid: problems.length === 0, size, first, checkedAt, problems },
    rootHash: root === undefined ? null : hex(root),
  };
}

async function walkLeaves(
  { db }: VerifyDeps,
  walk: TreeWalk,
  { from, size }: { from: number; size: number },
  report: Report,
  onProgress: (verified: number) => Promise<void> | undefined,
): Promise<void> {
  const read = (at: number) => (at < size ? treeEntries(db, at, Math.min(size, at + BATCH)) : undefined);
  let upcoming = read(from);
  for (let at = from; upcoming !== undefined; at += BATCH) {
    const entries = await upcoming;
    // The database reads on while this process hashes.
    upcoming = read(at + BATCH);
    upcoming?.catch(() => undefined);
    const erased = new Map<string, number>();
    for (const entry of entries) {
      for (const { recordId, problem } of checkEntry(entry)) report(entry.leafIndex, recordId, problem);
      if (entry.record?.payload === null) erased.set(entry.record.id, entry.leafIndex);
      if (entry.leaf) await walk.add(entry.leafIndex, entry.leaf.recordId, unhex(entry.leaf.leafHash));
    }
    for (const id of await unrecordedErasures(db, [...erased.keys()]))
      report(erased.get(id) ?? null, id, 'The details were erased, and no record in the log says so.');
    await onProgress(Math.min(size, at + BATCH));
    // A long verification must not keep the embedded database's process from everything else.
    await nextTurn();
  }
}

/** What proofs are put together from, against the leaves that it stands for. */
async function checkSubtrees(db: Db, subtrees: readonly Subtree[], report: Report): Promise<void> {
  for (let at = 0; at < subtrees.length; at += BATCH) {
    const some = subtrees.slice(at, at + BATCH);
    const kept = await tree.keptHashes(db, some);
    for (const { height, position, hash } of some) {
      const found = kept.get(`${height}/${position}`);
      if (found !== undefined && equalHashes(found, hash)) continue;
      const [first, last] = [position * 2 ** height, (position + 1) * 2 ** height - 1];
      const what = found === undefined ? 'is missing' : 'was edited';
      report(
        first,
        null,
        `The kept subtree over the leaves ${first}–${last} ${what}: proofs about them would not verify.`,
      );
    }
  }
}

/** The first leaf that is still there, and whether the log itself says that those before it were archived. */
async function checkPruning(db: Db, report: Report): Promise<number> {
  const pruning = await newestPruning(db);
  if (pruning === undefined) return 0;
  const { end, rootHash, recorded } = pruning;
  const start = await tree.checkpointUpTo(db, end);
  if (start?.size !== end || start.rootHash !== rootHash)
    report(end, null, `The checkpoint of size ${end}, where the archived part ends, is missing or another one.`);
  if (!recorded) report(end, null, `Leaves before ${end} were removed, and no record in the log says so.`);
  return end;
}

const STRAY_PROBLEMS: Record<Stray['kind'], string> = {
  unqueued: 'The record is neither in the tree nor on its way into it: it was inserted, or taken out of the queue.',
  record_beyond: 'The record claims a leaf that no checkpoint covers: it was inserted, or checkpoints were deleted.',
  leaf_beyond: 'The leaf is covered by no checkpoint: it was inserted, or checkpoints were deleted.',
};

/** A tree that takes no more leaves is a finding, not a failure of the verification. */
async function integrateQueue(flush: () => Promise<void>, report: Report): Promise<void> {
  try {
    await flush();
  } catch (error) {
    if (databaseFault(error) === 'unavailable') throw error;
    const why = error instanceof Error ? error.message : 'the reason is unknown';
    report(null, null, `New records cannot be integrated: ${why}.`);
  }
}

async function* checkpoints(db: Db, from: number, sizeMax: number): AsyncGenerator<tree.CheckpointRow> {
  for (let size = from; ; ) {
    const rows = await tree.checkpointsAfter(db, size, sizeMax, 500);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    size = last.size;
  }
}
