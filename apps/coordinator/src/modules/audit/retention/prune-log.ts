import { setImmediate as nextTurn } from 'node:timers/promises';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny } from '@mcp-coordinator/core/result';
import type { Logger } from 'pino';
import type { Db } from '../../../db/schema.ts';
import { transact } from '../../../db/transaction.ts';
import type { Clock } from '../../../runtime.ts';
import type { RecordAudit } from '../audit-entry.ts';
import type { CheckpointSigner } from '../checkpoint-signing.ts';
import * as tree from '../tree.store.ts';
import { dropArchived, firstLeafSince, insertPruning } from './retention.store.ts';
import { type Archive, writeArchive } from './write-archive.ts';

export interface PruneDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signer: CheckpointSigner;
  readonly recordAudit: RecordAudit;
  readonly flush: () => Promise<void>;
  /** Where archives go. */
  readonly archiveDir: string;
}

/** Who had it pruned: `system` for what is older than the retention time. */
export interface PruneOrder {
  readonly before: Date;
  readonly actor: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

const DROP_BATCH = 5_000;

/**
 * Archives the leading records that are all older than a moment, verifies the archive, records it, and then removes them.
 * Commits cross midnight, so that the cut is a leaf: the last checkpoint before the first record that is too young.
 * Answers the leaf that is now the first, or nothing when there was nothing to remove.
 */
export async function pruneLog(deps: PruneDeps, order: PruneOrder): Promise<number | undefined> {
  const { db, signer, archiveDir, log } = deps;
  await deps.flush();
  const first = await tree.prunedSize(db);
  const head = await tree.newestCheckpoint(db);
  const young = (await firstLeafSince(db, first, order.before)) ?? head?.size ?? 0;
  const checkpoint = await tree.checkpointUpTo(db, young);
  if (checkpoint === undefined || checkpoint.size <= first) return undefined;
  const end = checkpoint.size;
  const verifierKey = signer.verifierKey(await tree.logEpoch(db));
  const archive = await writeArchive(db, archiveDir, { first, end, checkpoint, verifierKey }, signer.trustedKeys);
  if (!archive.report.valid) {
    const problem = archive.report.problems[0]?.problem ?? 'no reason was given';
    throw new Error(
      `the archive of audit leaves ${first}–${end - 1} does not verify, and nothing was removed: ${problem}`,
    );
  }
  const recorded = await recordPruning(deps, order, { first, end, rootHash: checkpoint.rootHash }, archive);
  if (!recorded) return undefined;
  log.info({ first, end, file: archive.file }, 'audit records were archived');
  await removeArchived(db);
  return end;
}

/** In one transaction, under the sequencer's lock: another instance may have pruned in the meantime. */
async function recordPruning(
  { db, clock, recordAudit }: PruneDeps,
  { before, actor, details = {} }: PruneOrder,
  part: { first: number; end: number; rootHash: string },
  { file, sha256 }: Archive,
): Promise<boolean> {
  const pruned = await transact(db, async (tx) => {
    await tree.awaitSequencerLock(tx);
    if ((await tree.prunedSize(tx)) !== part.first)
      return deny(refuse('invalid_transition', 'Another instance has archived this part.'));
    await insertPruning(tx, { ...part, file, sha256, prunedAt: clock() });
    await recordAudit(tx, {
      action: 'audit_pruned',
      actor,
      target: file,
      details: { ...details, ...part, before: before.toISOString(), sha256 },
    });
    return accept(undefined);
  });
  return pruned.ok;
}

/** In batches, so that nobody waits for it; what a stop leaves is removed the next time. */
export async function removeArchived(db: Db): Promise<void> {
  while ((await dropArchived(db, DROP_BATCH)) > 0) await nextTurn();
}
