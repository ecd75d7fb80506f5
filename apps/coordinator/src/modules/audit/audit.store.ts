import type { AuditAction, AuditLog, AuditResult } from '@mcp-coordinator/contract/audit.contract';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Keyset } from '../../db/paging.ts';
import type { Db, Schema, Tx } from '../../db/schema.ts';

export interface NewRecord {
  id: string;
  timestamp: Date;
  actor: string;
  action: AuditAction;
  target: string;
  result: AuditResult;
  /** RFC 8785 text. */
  details: string;
  requestId: string | null;
  salt: string;
  leaf: string;
}

/**
 * The record and its place in the queue, in one round trip. Nobody is notified: PostgreSQL lets transactions that notify commit
 * one after the other only, so that the sequencer looks by itself instead.
 */
export async function insertRecord(tx: Tx, record: NewRecord): Promise<void> {
  await sql`
    with recorded as (
      insert into audit_logs (id, timestamp, actor, action, target, result, details, request_id, details_salt, leaf)
      values (${record.id}, ${record.timestamp}, ${record.actor}, ${record.action}, ${record.target}, ${record.result},
        ${record.details}::json, ${record.requestId}, ${record.salt}, ${record.leaf})
    )
    insert into audit_queue (record_id) values (${record.id})`.execute(tx);
}

/** Several records in one statement, which is a transaction by itself. */
export async function insertRecords(db: Db, records: readonly NewRecord[]): Promise<void> {
  const json = JSON.stringify(records.map((record) => ({ ...record, timestamp: record.timestamp.toISOString() })));
  await sql`
    with given as (
      select * from json_to_recordset(${json}::json) as given (id text, timestamp timestamptz, actor text,
        action text, target text, result text, details text, "requestId" text, salt text, leaf text)
    ), recorded as (
      insert into audit_logs (id, timestamp, actor, action, target, result, details, request_id, details_salt, leaf)
      select id, timestamp, actor, action, target, result, details::json, "requestId", salt, leaf from given
    )
    insert into audit_queue (record_id) select id from given`.execute(db);
}

export interface AuditFilter {
  actor?: string | undefined;
  action?: AuditAction | undefined;
  target?: string | undefined;
  result?: AuditResult | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  before?: Date | undefined;
  /** Anywhere in the target or the details. */
  search?: string | undefined;
}

const LISTED = [
  'id',
  'timestamp',
  'actor',
  'action',
  'target',
  'result',
  'details',
  'request_id',
  'leaf_index',
] as const;
type ListedRow = Pick<
  Schema['audit_logs'],
  'id' | 'timestamp' | 'actor' | 'action' | 'target' | 'result' | 'request_id'
> & {
  details: unknown;
  leaf_index: string | null;
};

/** Narrowed to what a filter asks for. */
export function filtered<Row>(query: SelectQueryBuilder<Schema, 'audit_logs', Row>, filter: AuditFilter) {
  let narrowed = query;
  for (const column of ['actor', 'action', 'target', 'result'] as const) {
    const wanted = filter[column];
    if (wanted !== undefined) narrowed = narrowed.where(column, '=', wanted);
  }
  if (filter.from) narrowed = narrowed.where('timestamp', '>=', filter.from);
  if (filter.before) narrowed = narrowed.where('timestamp', '<', filter.before);
  if (filter.search !== undefined) {
    const pattern = `%${filter.search.replaceAll(/[\\%_]/g, '\\$&')}%`;
    narrowed = narrowed.where(sql<boolean>`(target ilike ${pattern} or details::text ilike ${pattern})`);
  }
  return narrowed;
}

/** Everything that matches, for counting. */
export const matchingRecords = (db: Db, filter: AuditFilter) =>
  filtered(db.selectFrom('audit_logs').select('id'), filter);

/** Newest first, after a row or past an offset. */
export async function newestRecords(
  db: Db,
  filter: AuditFilter,
  page: { after?: Keyset | undefined; offset?: number | undefined; limit: number },
): Promise<AuditLog[]> {
  let query = filtered(db.selectFrom('audit_logs').select(LISTED), filter)
    .orderBy('timestamp', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.after)
    query = query.where(sql<boolean>`(timestamp, id) < (${page.after.at}::timestamptz, ${page.after.id})`);
  if (page.offset) query = query.offset(page.offset);
  return (await query.execute()).map(logOf);
}

/** What is in the tree, from a leaf on and before another, in its order. */
export async function recordsInOrder(
  db: Db,
  filter: AuditFilter,
  leaves: { from: number; before: number },
  limit: number,
): Promise<SequencedLog[]> {
  const rows = await filtered(db.selectFrom('audit_logs').select(LISTED), filter)
    .where('leaf_index', '>=', String(leaves.from))
    .where('leaf_index', '<', String(leaves.before))
    .orderBy('leaf_index')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...logOf(row), leafIndex: Number(row.leaf_index) }));
}
export type SequencedLog = AuditLog & { leafIndex: number };

const logOf = (row: ListedRow): AuditLog => ({
  id: row.id,
  timestamp: row.timestamp.toISOString(),
  actor: row.actor,
  action: row.action,
  target: row.target,
  result: row.result,
  // What `recordAudit` put in: an object.
  details: (row.details ?? {}) as AuditLog['details'],
  ...(row.details === null ? { erased: true as const } : {}),
  requestId: row.request_id,
  leafIndex: row.leaf_index === null ? null : Number(row.leaf_index),
});

export const keysetOf = (log: AuditLog): Keyset => ({ at: new Date(log.timestamp), id: log.id });
