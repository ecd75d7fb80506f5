import {
  type Frontier,
  frontierRoot,
  isFrontier,
  type Subtree,
  type SubtreeId,
} from '@mcp-coordinator/core/audit/frontier';
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

/**
 * The sequencer's turn, fenced: the row is locked until the transaction ends, and its epoch counts up whenever another
 * instance takes the turn. Every checkpoint bears the epoch it was made under.
 */
export async function takeTurn(tx: Tx, instance: string): Promise<number> {
  const { rows } = await sql<{ epoch: string }>`
    update audit_sequencer set epoch = epoch + (instance <> ${instance})::int, instance = ${instance}
    returning epoch`.execute(tx);
  return Number(rows[0]?.epoch ?? 0);
}

/** How often the log began anew after a restore, the first time included. */
export async function logEpoch(db: Db): Promise<number> {
  const row = await db
    .selectFrom('audit_epochs')
    .select(({ fn }) => fn.max('epoch').as('epoch'))
    .executeTakeFirst();
  return row?.epoch ?? 1;
}

/** Leaves before this one were archived and removed. */
export async function prunedSize(db: Db): Promise<number> {
  const row = await db
    .selectFrom('audit_prunings')
    .select(({ fn }) => fn.max('end_index').as('end'))
    .executeTakeFirst();
  return Number(row?.end ?? 0);
}

/** Whether only a trigger keeps our role from changing records: the owner of a table can take that away. */
export async function mayChangeRecords(db: Db): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    select has_table_privilege('audit_logs', 'update') or has_table_privilege('audit_logs', 'delete') as may`.execute(
    db,
  );
  return rows[0]?.may !== false;
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

/** Writes leaves, their places into the records, and the subtrees that they complete. */
export async function insertLeaves(tx: Tx, leaves: readonly Leaf[], subtrees: readonly Subtree[]): Promise<void> {
  const json = JSON.stringify(
    leaves.map((leaf) => ({ leaf_index: leaf.leafIndex, record_id: leaf.recordId, leaf_hash: leaf.leafHash })),
  );
  await sql`insert into audit_leaves (leaf_index, record_id, leaf_hash) select leaf_index, record_id, leaf_hash
    from json_to_recordset(${json}::json) as given (leaf_index bigint, record_id text, leaf_hash text)`.execute(tx);
  await sql`select audit_place_leaves(${json}::json)`.execute(tx);
  if (subtrees.length === 0) return;
  const rows = subtrees.map(({ height, position, hash }) => ({ height, position: String(position), hash: hex(hash) }));
  await tx.insertInto('audit_subtrees').values(rows).execute();
}

export async function insertCheckpoint(tx: Tx, row: CheckpointRow & { sequencerEpoch: number }): Promise<void> {
  await tx
    .insertInto('audit_checkpoints')
    .values({
      size: String(row.size),
      root_hash: row.rootHash,
      frontier: JSON.stringify(row.frontier.nodes.map(hex)),
      note: row.note,
      created_at: row.createdAt,
      sequencer_epoch: String(row.sequencerEpoch),
    })
    .execute();
}

/** The largest of at most this size. */
export async function checkpointUpTo(db: Db, size: number): Promise<CheckpointRow | undefined> {
  const row = await db
    .selectFrom('audit_checkpoints')
    .selectAll()
    .where('size', '<=', String(size))
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && checkpointOf(row);
}

/** The smallest of at least this size. */
export async function checkpointFrom(db: Db, size: number): Promise<CheckpointRow | undefined> {
  const [row] = await checkpointsAfter(db, size - 1, Number.MAX_SAFE_INTEGER, 1);
  return row;
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

export interface ProvenLeaf {
  leafIndex: number;
  leafHash: string;
  leaf: string;
  salt: string | null;
  details: Record<string, unknown> | null;
}

export async function findLeaf(db: Db, recordId: string): Promise<ProvenLeaf | undefined> {
  const row = await db
    .selectFrom('audit_leaves')
    .innerJoin('audit_logs', 'audit_logs.id', 'audit_leaves.record_id')
    .where('audit_leaves.record_id', '=', recordId)
    .select(['audit_leaves.leaf_index', 'audit_leaves.leaf_hash', 'audit_logs.leaf', 'details_salt', 'details'])
    .executeTakeFirst();
  return (
    row && {
      leafIndex: Number(row.leaf_index),
      leafHash: row.leaf_hash,
      leaf: row.leaf,
      salt: row.details_salt,
      details: row.details,
    }
  );
}

/** The hashes of kept subtrees and of leaves (height 0), by `height/position`; what was removed is not among them. */
export async function keptHashes(db: Db, wanted: readonly SubtreeId[]): Promise<Map<string, Hash>> {
  const json = JSON.stringify(wanted);
  const { rows } = await sql<{ height: number; position: string; hash: string }>`
    with wanted as (select height, position from json_to_recordset(${json}::json) as w (height int, position bigint))
    select 0 as height, leaf_index as position, leaf_hash as hash
      from wanted join audit_leaves on leaf_index = wanted.position where wanted.height = 0
    union all
    select kept.height, kept.position, kept.hash
      from wanted join audit_subtrees kept on kept.height = wanted.height and kept.position = wanted.position`.execute(
    db,
  );
  return new Map(rows.map(({ height, position, hash }) => [`${height}/${position}`, unhex(hash)]));
}
