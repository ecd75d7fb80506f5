import type { AuditAction, AuditLog, AuditResult } from '@mcp-coordinator/contract/audit.contract';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Keyset } from '../../db/paging.ts';
import type { Db, Schema, Tx } from '../../db/schema.ts';

export const AUDIT_QUEUED = 'mcp_coordinator_audit_queued';

export interface NewRecord {
  id: string;
  timestamp: Date;
  actor: string;
  action: AuditAction;
  target: string;
  result: AuditResult;
  details: unknown;
  requestId: string | null;
  salt: string;
  leaf: string;
}

/** The record, its place in the queue, and the wake-up of the sequencer at commit: one round trip. */
export async function insertRecord(tx: Tx, record: NewRecord): Promise<void> {
  await sql`
    with recorded as (
      insert into audit_logs (id, timestamp, actor, action, target, result, details, request_id, details_salt, leaf)
      values (${record.id}, ${record.timestamp}, ${record.actor}, ${record.action}, ${record.target}, ${record.result},
        ${JSON.stringify(record.details)}::jsonb, ${record.requestId}, ${record.salt}, ${record.leaf})
    ), queued as (
      insert into audit_queue (record_id) values (${record.id})
    )
    select pg_notify(${AUDIT_QUEUED}, '')`.execute(tx);
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

function filtered<Row>(query: SelectQueryBuilder<Schema, 'audit_logs', Row>, filter: AuditFilter) {
  let narrowed = query;
  for (const column of ['actor', 'action', 'target', 'result'] as const) {
    const wanted = filter[column];
    if (wanted !== undefined) narrowed = narrowed.where(column, '=', wanted);
  }
  if (filter.from) narrowed = narrowed.where('timestamp', '>=', filter.from);
  if (filter.before) narrowed = narrowed.where('timestamp', '<', filter.before);
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

/** Oldest first, after a row. */
export async function oldestRecords(
  db: Db,
  filter: AuditFilter,
  after: Keyset | undefined,
  limit: number,
): Promise<AuditLog[]> {
  let query = filtered(db.selectFrom('audit_logs').select(LISTED), filter)
    .orderBy('timestamp')
    .orderBy('id')
    .limit(limit);
  if (after) query = query.where(sql<boolean>`(timestamp, id) > (${after.at}::timestamptz, ${after.id})`);
  return (await query.execute()).map(logOf);
}

const logOf = (row: ListedRow): AuditLog => ({
  id: row.id,
  timestamp: row.timestamp.toISOString(),
  actor: row.actor,
  action: row.action,
  target: row.target,
  result: row.result,
  // jsonb gives back what `recordAudit` put in: an object.
  details: row.details as AuditLog['details'],
  requestId: row.request_id,
  leafIndex: row.leaf_index === null ? null : Number(row.leaf_index),
});

export const keysetOf = (log: AuditLog): Keyset => ({ at: new Date(log.timestamp), id: log.id });
