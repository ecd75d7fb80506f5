import { sql } from 'kysely';
import type { Db } from '../../../db/schema.ts';

/** What stands at one index of the tree: a leaf, the record that claims to be it, or only one of both. */
export interface TreeEntry {
  leafIndex: number;
  leaf: { recordId: string; leafHash: string } | null;
  record: StoredRecord | null;
}
export interface StoredRecord {
  id: string;
  /** As PostgreSQL writes it, in UTC: `2026-01-01 10:00:00.123`. */
  timestamp: string;
  actor: string;
  action: string;
  target: string;
  result: string;
  requestId: string | null;
  /** Salt and details as they were hashed; null once erased. */
  payload: string | null;
  leaf: string;
}

interface EntryRow {
  leaf_index: string;
  record_id: string | null;
  leaf_hash: string | null;
  id: string | null;
  timestamp: string;
  actor: string;
  action: string;
  target: string;
  result: string;
  request_id: string | null;
  payload: string | null;
  leaf: string;
}

/** By index, from one on and before another: leaves without records and records without leaves included. */
export async function treeEntries(db: Db, from: number, before: number): Promise<TreeEntry[]> {
  const { rows } = await sql<EntryRow>`
    select leaf_index, l.record_id, l.leaf_hash, r.id, (r.timestamp at time zone 'UTC')::text as timestamp, r.actor, r.action,
      r.target, r.result, r.request_id, r.details_salt || r.details::text as payload, r.leaf
    from (select * from audit_leaves where leaf_index >= ${from} and leaf_index < ${before}) l
    full join (select * from audit_logs where leaf_index >= ${from} and leaf_index < ${before}) r using (leaf_index)
    order by leaf_index`.execute(db);
  return rows.map(entryOf);
}

function entryOf(row: EntryRow): TreeEntry {
  return {
    leafIndex: Number(row.leaf_index),
    leaf:
      row.record_id === null || row.leaf_hash === null ? null : { recordId: row.record_id, leafHash: row.leaf_hash },
    record: row.id === null ? null : recordOf(row, row.id),
  };
}

const recordOf = (row: EntryRow, id: string): StoredRecord => ({
  id,
  timestamp: row.timestamp,
  actor: row.actor,
  action: row.action,
  target: row.target,
  result: row.result,
  requestId: row.request_id,
  payload: row.payload,
  leaf: row.leaf,
});

export interface Stray {
  leafIndex: number | null;
  recordId: string;
  kind: 'unqueued' | 'record_beyond' | 'leaf_beyond';
}

/**
 * What lies outside of the signed tree and is not on its way into it. One statement, so that the sequencer cannot move
 * anything between its parts.
 */
export async function strays(db: Db, limit: number): Promise<Stray[]> {
  const { rows } = await sql<{ kind: Stray['kind']; record_id: string; leaf_index: string | null }>`
    with head as (select coalesce(max(size), 0) as size from audit_checkpoints)
    (select 'unqueued' as kind, id as record_id, null::bigint as leaf_index from audit_logs
      where leaf_index is null and not exists (select from audit_queue where record_id = audit_logs.id) limit ${limit})
    union all
    (select 'record_beyond', id, leaf_index from audit_logs
      where leaf_index >= (select size from head) or leaf_index < 0 limit ${limit})
    union all
    (select 'leaf_beyond', record_id, leaf_index from audit_leaves
      where leaf_index >= (select size from head) or leaf_index < 0 limit ${limit})
    limit ${limit}`.execute(db);
  return rows.map((row) => ({
    kind: row.kind,
    recordId: row.record_id,
    leafIndex: row.leaf_index === null ? null : Number(row.leaf_index),
  }));
}

/** Of records without payload those whose erasure is recorded nowhere in the tree. */
export async function unrecordedErasures(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select id from json_array_elements_text(${JSON.stringify(ids)}::json) as erased (id)
    where not exists (select from audit_logs
      where action = 'audit_payload_erased' and target = erased.id and result = 'success' and leaf_index is not null)`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

export interface PruningRow {
  end: number;
  rootHash: string;
  /** Whether a record in the tree speaks of it in the same words. */
  recorded: boolean;
}

export async function newestPruning(db: Db): Promise<PruningRow | undefined> {
  const { rows } = await sql<{ end_index: string; root_hash: string; recorded: boolean }>`
    select end_index, root_hash, exists (select from audit_logs l
      where l.action = 'audit_pruned' and l.result = 'success' and l.leaf_index >= p.end_index
        and l.details->>'end' = p.end_index::text and l.details->>'rootHash' = p.root_hash
        and l.details->>'sha256' = p.sha256) as recorded
    from audit_prunings p order by end_index desc limit 1`.execute(db);
  const [row] = rows;
  return row && { end: Number(row.end_index), rootHash: row.root_hash, recorded: row.recorded };
}
