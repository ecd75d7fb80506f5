import { setImmediate as nextTurn } from 'node:timers/promises';
import { appendLeaf, EMPTY_FRONTIER, type Frontier, frontierRoot } from '@mcp-coordinator/core/audit/frontier';
import type { Logger } from 'pino';
import type { Db, Tx } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { CheckpointSigner } from './checkpoint-signing.ts';
import { hashOfLeaf, hex, sha256 } from './merkle-bytes.ts';
import * as tree from './tree.store.ts';

const SEQUENCE_BATCH = 1_000;

export interface SequencerDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signer: CheckpointSigner;
  readonly publishEvent: PublishEvent;
}

/** The tree that the next leaf would continue is not the one that was signed: nothing may be signed on top of it. */
class BrokenTree extends Error {}

/**
 * Moves what is queued into the tree, until nothing is left. One sequencer at a time: another one's turn is waited for with
 * `wait`, and left to it without.
 */
export async function sequenceRecords(deps: SequencerDeps, { wait }: { wait: boolean }): Promise<void> {
  while (!(await tree.isQueueEmpty(deps.db))) {
    const taken = await deps.db.transaction().execute((tx) => sequenceBatch(deps, tx, wait));
    if (taken === 0) return;
    // Query loops on the embedded database leave timers and sockets no turn of their own.
    await nextTurn();
  }
}

/** One batch in one transaction: leaves, their places, the checkpoint and its event are there together or not at all. */
async function sequenceBatch(
  { clock, log, signer, publishEvent }: SequencerDeps,
  tx: Tx,
  wait: boolean,
): Promise<number> {
  if (wait) await tree.awaitSequencerLock(tx);
  else if (!(await tree.trySequencerLock(tx))) return 0;
  let frontier = await presentTree(tx, signer);
  const first = frontier.size;
  const leaves: tree.Leaf[] = [];
  for (const { recordId, leaf } of await tree.takeQueued(tx, SEQUENCE_BATCH)) {
    const hash = hashOfLeaf(leaf);
    leaves.push({ leafIndex: frontier.size, recordId, leafHash: hex(hash) });
    frontier = appendLeaf(frontier, hash, sha256);
  }
  if (leaves.length === 0) return 0;
  const root = frontierRoot(frontier, sha256);
  await tree.insertLeaves(tx, leaves);
  await tree.insertCheckpoint(tx, {
    size: frontier.size,
    rootHash: hex(root),
    frontier,
    note: signer.sign(frontier.size, root),
    createdAt: clock(),
  });
  await publishEvent(tx, {
    channel: 'audit',
    event: 'audit.appended',
    data: { size: frontier.size, count: leaves.length },
  });
  log.debug({ first, count: leaves.length }, 'audit records integrated');
  return leaves.length;
}

/**
 * The frontier to go on from. It must belong to a checkpoint that we signed: else whoever can write rows could have history
 * of their own signed by waiting for the next record.
 */
async function presentTree(tx: Tx, signer: CheckpointSigner): Promise<Frontier> {
  const kept = await tree.newestCheckpoint(tx);
  if (kept === undefined) {
    if (await tree.hasLeaves(tx)) throw new BrokenTree('the audit log has leaves and no checkpoint');
    return EMPTY_FRONTIER;
  }
  const signed = signer.open(kept.note);
  if (signed?.size !== kept.size || !tree.frontierFits(kept.frontier, signed.root)) {
    throw new BrokenTree(
      `the checkpoint of audit log size ${kept.size} is not as it was signed; nothing is appended to it`,
    );
  }
  return kept.frontier;
}
