import { setImmediate as nextTurn } from 'node:timers/promises';
import { EMPTY_FRONTIER, frontierRoot, growTree, type Subtree } from '@mcp-coordinator/core/audit/frontier';
import { KEPT_EVERY } from '@mcp-coordinator/core/audit/leaf-range';
import type { Logger } from 'pino';
import type { Db, Tx } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { RecordAudit } from './audit-entry.ts';
import type { CheckpointSigner } from './checkpoint-signing.ts';
import { hashOfLeaf, hex, sha256 } from './merkle-bytes.ts';
import * as tree from './tree.store.ts';

const SEQUENCE_BATCH = 1_000;

export interface SequencerDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signer: CheckpointSigner;
  readonly recordAudit: RecordAudit;
  readonly publishEvent: PublishEvent;
  /** Names this process in the fencing epoch. */
  readonly instance: string;
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
async function sequenceBatch(deps: SequencerDeps, tx: Tx, wait: boolean): Promise<number> {
  const { clock, log, signer, publishEvent, instance } = deps;
  if (wait) await tree.awaitSequencerLock(tx);
  else if (!(await tree.trySequencerLock(tx))) return 0;
  const sequencerEpoch = await tree.takeTurn(tx, instance);
  const head = await signedHead(tx, signer);
  if (head && head.keyAge > 0) await recordRotation(deps, tx, head);
  const subtrees: Subtree[] = [];
  const grower = growTree(head?.frontier ?? EMPTY_FRONTIER, sha256, (subtree) => {
    if (subtree.height % KEPT_EVERY === 0) subtrees.push(subtree);
  });
  const first = head?.size ?? 0;
  const leaves = (await tree.takeQueued(tx, SEQUENCE_BATCH)).map(({ recordId, leaf }, at) => {
    const hash = hashOfLeaf(leaf);
    grower.append(hash);
    return { leafIndex: first + at, recordId, leafHash: hex(hash) };
  });
  if (leaves.length === 0) return 0;
  const frontier = grower.frontier();
  const root = frontierRoot(frontier, sha256);
  await tree.insertLeaves(tx, leaves, subtrees);
  await tree.insertCheckpoint(tx, {
    size: frontier.size,
    rootHash: hex(root),
    frontier,
    note: signer.sign(frontier.size, root, await tree.logEpoch(tx)),
    createdAt: clock(),
    sequencerEpoch,
  });
  await publishEvent(tx, {
    channel: 'audit',
    event: 'audit.appended',
    data: { size: frontier.size, count: leaves.length },
  });
  log.debug({ first, count: leaves.length }, 'audit records integrated');
  return leaves.length;
}

/** In the log itself, before the first checkpoint that bears the new key. */
async function recordRotation(
  { signer, recordAudit }: SequencerDeps,
  tx: Tx,
  { size, keyAge }: { size: number; keyAge: number },
): Promise<void> {
  const to = signer.verifierKey(await tree.logEpoch(tx));
  await recordAudit(tx, {
    action: 'audit_key_rotated',
    actor: 'system',
    target: to,
    details: { from: signer.formerKey(keyAge), to, size },
  });
}

/**
 * The head to go on from. It must be a checkpoint that we signed: else whoever can write rows could have history of their
 * own signed by waiting for the next record.
 */
async function signedHead(
  tx: Tx,
  signer: CheckpointSigner,
): Promise<(tree.CheckpointRow & { keyAge: number }) | undefined> {
  const kept = await tree.newestCheckpoint(tx);
  if (kept === undefined) {
    if (await tree.hasLeaves(tx)) throw new BrokenTree('the audit log has leaves and no checkpoint');
    return undefined;
  }
  const signed = signer.open(kept.note);
  if (signed?.size !== kept.size || !tree.frontierFits(kept.frontier, signed.root)) {
    throw new BrokenTree(
      `the checkpoint of audit log size ${kept.size} is not as a key that we trust signed it; nothing is appended to it. If the signing key was changed, name the former one in AUDIT_TRUSTED_KEYS_FILE`,
    );
  }
  return { ...kept, keyAge: signed.keyAge };
}
