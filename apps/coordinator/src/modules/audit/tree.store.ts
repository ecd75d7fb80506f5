import { type Frontier, frontierRoot, isFrontier } from '@mcp-coordinator/core/audit/frontier';
import type { LeafRange } from '@mcp-coordinator/core/audit/leaf-range';
import { equalHashes, type Hash } from '@mcp-coordinator/core/audit/merkle-hash';
import { sql } from 'kysely';
import type { Db, Tx } from '../../db/schema.ts';
import { hex, sha256, unhex } from './merkle-bytes.ts';

/** The rows of the tree: queue, leaves, checkpoints. */

export interface CheckpointRow {
  size: number;
  rootHash: string;
  frontier: Frontier;
  note: string;
  createdAt: Date;
}
export interface QueuedRecord {
  recordId: string;
  leaf: string;
}
export interface Leaf {
  leafIndex: number;
  recordId: string;
  leafHash: string;
}

/** False while another sequencer has it, on whichever instance; it is given back when the transaction ends. */
export async function trySequencerLock(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('mcp-coordinator audit'), hashtext(current_schema())) as locked`.execute(
    tx,
  );
  return rows[0]?.locked === true;
}

/** Waits for it instead. */
export async function awaitSequencerLock(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('mcp-coordinator audit'), hashtext(current_schema()))`.execute(tx);
}

export async function isQueueEmpty(db: Db): Promise<boolean> {
  const row = await db.selectFrom('audit_queue').select('position').limit(1).executeTakeFirst();
  return row === undefined;
}

/** Takes the oldest of the queue, in order. Rows of transactions that have not committed are not seen: they come later. */
export async function takeQueued(tx: Tx, limit: number): Promise<QueuedRecord[]> {
  const { rows } = await sql<{ id: string; leaf: string }>`
    with taken as (
      delete from audit_queue where position in (select position from audit_queue order by position limit ${limit})
      returning position, record_id
    )
    select log.id, log.leaf from taken join audit_logs log on log.id = taken.record_id order by taken.position`.execute(
    tx,
  );
  return rows.map((row) => ({ recordId: row.id, leaf: row.leaf }));
}

/** Writes leaves, and their places into the records. */
export async function insertLeaves(tx: Tx, leaves: readonly Leaf[]): Promise<void> {
  const json = JSON.stringify(
    leaves.map((leaf) => ({ leaf_index: leaf.leafIndex, record_id: leaf.recordId, leaf_hash: leaf.leafHash })),
  );
  const given = sql`jsonb_to_recordset(${json}::jsonb) as given (leaf_index bigint, record_id text, leaf_hash text)`;
  await sql`insert into audit_leaves (leaf_index, record_id, leaf_hash)
    select leaf_index, record_id, leaf_hash from ${given}`.execute(tx);
  await sql`update audit_logs set leaf_index = given.leaf_index from ${given} where audit_logs.id = given.record_id`.execute(
    tx,
  );
}

export async function insertCheckpoint(tx: Tx, row: CheckpointRow): Promise<void> {
  await tx
    .insertInto('audit_checkpoints')
    .values({
      size: String(row.size),
      root_hash: row.rootHash,
      frontier: JSON.stringify(row.frontier.nodes.map(hex)),
      note: row.note,
      created_at: row.createdAt,
    })
    .execute();
}

export async function newestCheckpoint(db: Db): Promise<CheckpointRow | undefined> {
  const row = await db.selectFrom('audit_checkpoints').selectAll().orderBy('size', 'desc').limit(1).executeTakeFirst();
  return row && checkpointOf(row);
}

/** In order of size, after one and up to another one. */
export async function checkpointsAfter(db: Db, size: number, sizeMax: number, limit: number): Promise<CheckpointRow[]> {
  const rows = await db
    .selectFrom('audit_checkpoints')
    .selectAll()
    .where('size', '>', String(size))
    .where('size', '<=', String(sizeMax))
    .orderBy('size')
    .limit(limit)
    .execute();
  return rows.map(checkpointOf);
}

const checkpointOf = (row: {
  size: string;
  root_hash: string;
  frontier: string[];
  note: string;
  created_at: Date;
}) => ({
  size: Number(row.size),
  rootHash: row.root_hash,
  frontier: { size: Number(row.size), nodes: row.frontier.map(unhex) },
  note: row.note,
  createdAt: row.created_at,
});

/** Whether the frontier that was kept is the one of the tree with this root. */
export const frontierFits = (frontier: Frontier, root: Hash): boolean =>
  isFrontier(frontier) && equalHashes(frontierRoot(frontier, sha256), root);

export async function hasLeaves(db: Db): Promise<boolean> {
  return (await db.selectFrom('audit_leaves').select('leaf_index').limit(1).executeTakeFirst()) !== undefined;
}

export async function findLeaf(
  db: Db,
  recordId: string,
): Promise<{ leafIndex: number; leafHash: string; leaf: string } | undefined> {
  const row = await db
    .selectFrom('audit_leaves')
    .innerJoin('audit_logs', 'audit_logs.id', 'audit_leaves.record_id')
    .where('audit_leaves.record_id', '=', recordId)
    .select(['audit_leaves.leaf_index', 'audit_leaves.leaf_hash', 'audit_logs.leaf'])
    .executeTakeFirst();
  return row && { leafIndex: Number(row.leaf_index), leafHash: row.leaf_hash, leaf: row.leaf };
}

const LEAF_BATCH = 5_000;

/** The leaf hashes of a range in order, in batches, so that memory does not grow with the log. */
export async function* leafHashes(db: Db, { start, end }: LeafRange): AsyncGenerator<Hash> {
  for (let from = start; from < end; from += LEAF_BATCH) {
    const rows = await db
      .selectFrom('audit_leaves')
      .select('leaf_hash')
      .where('leaf_index', '>=', String(from))
      .where('leaf_index', '<', String(Math.min(end, from + LEAF_BATCH)))
      .orderBy('leaf_index')
      .execute();
    for (const row of rows) yield unhex(row.leaf_hash);
  }
}
