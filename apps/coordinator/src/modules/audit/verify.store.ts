import type { AuditAction, AuditResult } from '@mcp-coordinator/contract/audit.contract';
import { sql } from 'kysely';
import type { Db } from '../../db/schema.ts';

/** What stands at one index of the tree: a leaf, the record that claims to be it, or only one of both. */
export interface TreeEntry {
  leafIndex: number;
  leaf: { recordId: string; leafHash: string } | null;
  record: StoredRecord | null;
}
export interface StoredRecord {
  id: string;
  timestamp: Date;
  /** Microseconds that no Date shows; records have none. */
  belowMilliseconds: number;
  actor: string;
  action: AuditAction;
  target: string;
  result: AuditResult;
  details: unknown;
  requestId: string | null;
  salt: string;
  leaf: string;
}

interface EntryRow {
  leaf_index: string;
  record_id: string | null;
  leaf_hash: string | null;
  id: string | null;
  timestamp: Date;
  below_ms: string;
  actor: string;
  action: AuditAction;
  target: string;
  result: AuditResult;
  details: unknown;
  request_id: string | null;
  details_salt: string;
  leaf: string;
}

/** By index, from one on and before another: leaves without records and records without leaves included. */
export async function treeEntries(db: Db, from: number, before: number, limit: number): Promise<TreeEntry[]> {
  const indexes = (table: string) => sql`
    (select leaf_index from ${sql.table(table)} where leaf_index >= ${from} and leaf_index < ${before} order by 1 limit ${limit})`;
  const { rows } = await sql<EntryRow>`
    select place.leaf_index, l.record_id, l.leaf_hash, r.id, r.timestamp,
      case when isfinite(r.timestamp) then extract(microseconds from r.timestamp)::bigint % 1000 else 1 end as below_ms,
      r.actor, r.action, r.target, r.result, r.details, r.request_id, r.details_salt, r.leaf
    from (${indexes('audit_leaves')} union ${indexes('audit_logs')} order by 1 limit ${limit}) place
    left join audit_leaves l on l.leaf_index = place.leaf_index
    left join audit_logs r on r.leaf_index = place.leaf_index
    order by place.leaf_index`.execute(db);
  return rows.map(entryOf);
}

function entryOf(row: EntryRow): TreeEntry {
  return {
    leafIndex: Number(row.leaf_index),
    leaf:
      row.record_id === null || row.leaf_hash === null ? null : { recordId: row.record_id, leafHash: row.leaf_hash },
    record: row.id === null ? null : recordOf({ ...row, id: row.id }),
  };
}

const recordOf = (row: EntryRow & { id: string }): StoredRecord => ({
  id: row.id,
  timestamp: row.timestamp,
  belowMilliseconds: Number(row.below_ms),
  actor: row.actor,
  action: row.action,
  target: row.target,
  result: row.result,
  details: row.details,
  requestId: row.request_id,
  salt: row.details_salt,
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
    (select 'record_beyond', id, leaf_index from audit_logs, head where leaf_index >= head.size or leaf_index < 0 limit ${limit})
    union all
    (select 'leaf_beyond', record_id, leaf_index from audit_leaves, head
      where leaf_index >= head.size or leaf_index < 0 limit ${limit})
    limit ${limit}`.execute(db);
  return rows.map((row) => ({
    kind: row.kind,
    recordId: row.record_id,
    leafIndex: row.leaf_index === null ? null : Number(row.leaf_index),
  }));
}
