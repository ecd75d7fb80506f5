import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditProblem } from '@mcp-coordinator/contract/audit.contract';
import type { Db } from '../../db/schema.ts';
import { databaseFault } from '../../db/sqlstate.ts';
import type { Clock } from '../../runtime.ts';
import { checkEntry } from './check-record.ts';
import type { CheckpointSigner } from './checkpoint-signing.ts';
import { hex, unhex } from './merkle-bytes.ts';
import { type CheckpointRow, checkpointsAfter, newestCheckpoint } from './tree.store.ts';
import { type Report, TreeWalk } from './tree-walk.ts';
import { type Stray, strays, treeEntries } from './verify.store.ts';

export interface Verification {
  valid: boolean;
  size: number;
  rootHash: string;
  checkedAt: string;
  /** The first `PROBLEMS_MAX`. */
  problems: AuditProblem[];
}

export interface VerifyDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly signer: CheckpointSigner;
  /** Brings what is queued into the tree. */
  readonly flush: () => Promise<void>;
}

const PROBLEMS_MAX = 100;
const BATCH = 500;

/**
 * Every record against its leaf text, every leaf text against its hash, every hash against the signed roots, and what lies
 * outside of them. It reads up to the checkpoint that is newest when it begins; what is before that never changes.
 */
export async function verifyAudit({ db, clock, signer, flush }: VerifyDeps): Promise<Verification> {
  const problems: AuditProblem[] = [];
  const report: Report = (leafIndex, recordId, problem) => {
    if (problems.length < PROBLEMS_MAX) problems.push({ leafIndex, recordId, problem });
  };
  await integrateQueue(flush, report);
  const checkedAt = clock().toISOString();
  const size = (await newestCheckpoint(db))?.size ?? 0;
  const walk = new TreeWalk(checkpoints(db, size), signer, report);
  await walk.begin();
  for (let from = 0; from < size; ) {
    const entries = await treeEntries(db, from, size, BATCH);
    for (const entry of entries) {
      for (const { recordId, problem } of checkEntry(entry)) report(entry.leafIndex, recordId, problem);
      if (entry.leaf) await walk.add(entry.leafIndex, entry.leaf.recordId, unhex(entry.leaf.leafHash));
    }
    from = (entries.at(-1)?.leafIndex ?? size) + 1;
    // A long verification must not keep the embedded database's process from everything else.
    await nextTurn();
  }
  const root = await walk.end(size);
  for (const stray of await strays(db, PROBLEMS_MAX))
    report(stray.leafIndex, stray.recordId, STRAY_PROBLEMS[stray.kind]);
  return { valid: problems.length === 0, size, rootHash: hex(root), checkedAt, problems };
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

async function* checkpoints(db: Db, sizeMax: number): AsyncGenerator<CheckpointRow> {
  for (let size = 0; ; ) {
    const rows = await checkpointsAfter(db, size, sizeMax, BATCH);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    size = last.size;
  }
}
