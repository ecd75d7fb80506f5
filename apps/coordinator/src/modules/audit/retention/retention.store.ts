import type { AuditPruning, AuditPruningRequest } from '@mcp-coordinator/contract/audit-retention.contract';
import { type Selectable, sql } from 'kysely';
import type { Db, Schema, Tx } from '../../../db/schema.ts';

/** The first leaf, from one on, whose record is of this moment or later; nothing where there is none. */
export async function firstLeafSince(db: Db, from: number, moment: Date): Promise<number | undefined> {
  const row = await db
    .selectFrom('audit_logs')
    .select('leaf_index')
    .where('leaf_index', '>=', String(from))
    .where('timestamp', '>=', moment)
    .orderBy('leaf_index')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : Number(row.leaf_index);
}

export interface NewPruning {
  first: number;
  end: number;
  file: string;
  sha256: string;
  rootHash: string;
  prunedAt: Date;
}

export async function insertPruning(tx: Tx, pruning: NewPruning): Promise<void> {
  await tx
    .insertInto('audit_prunings')
    .values({
      end_index: String(pruning.end),
      first_index: String(pruning.first),
      file: pruning.file,
      sha256: pruning.sha256,
      root_hash: pruning.rootHash,
      created_at: pruning.prunedAt,
    })
    .execute();
}

export async function listPrunings(db: Db, limit: number): Promise<AuditPruning[]> {
  const rows = await db.selectFrom('audit_prunings').selectAll().orderBy('end_index', 'desc').limit(limit).execute();
  return rows.map((row) => ({
    first: Number(row.first_index),
    end: Number(row.end_index),
    file: row.file,
    sha256: row.sha256,
    rootHash: row.root_hash,
    prunedAt: row.created_at.toISOString(),
  }));
}

/** Removes rows of the archived prefix; answers how many there were. */
export async function dropArchived(db: Db, batch: number): Promise<number> {
  const { rows } = await sql<{ n: string }>`select audit_drop_archived(${batch}::int) as n`.execute(db);
  return Number(rows[0]?.n ?? 0);
}

/** Whether there was a payload to erase. */
export async function erasePayload(tx: Tx, id: string): Promise<boolean> {
  const { rows } = await sql<{ erased: boolean }>`select audit_erase_payload(${id}) as erased`.execute(tx);
  return rows[0]?.erased === true;
}

export async function findPayload(tx: Tx, id: string): Promise<{ inTree: boolean; erased: boolean } | undefined> {
  const row = await tx
    .selectFrom('audit_logs')
    .select(['leaf_index', 'details_salt'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { inTree: row.leaf_index !== null, erased: row.details_salt === null };
}

type RequestRow = Selectable<Schema['audit_pruning_requests']>;

export const toRequest = (row: RequestRow): AuditPruningRequest => ({
  id: row.id,
  status: row.status,
  before: row.before.toISOString(),
  reason: row.reason,
  requestedBy: row.requested_by,
  createdAt: row.created_at.toISOString(),
  decidedBy: row.decided_by,
  decidedAt: row.decided_at?.toISOString() ?? null,
  decisionReason: row.decision_reason,
  end: row.end_index === null ? null : Number(row.end_index),
  problem: row.problem,
});

export interface NewRequest {
  id: string;
  before: Date;
  reason: string;
  requestedBy: string;
  requesterId: number;
  createdAt: Date;
}

/** Nothing where another request is open. */
export async function insertRequest(tx: Tx, request: NewRequest): Promise<RequestRow | undefined> {
  const { rows } = await sql<RequestRow>`
    insert into audit_pruning_requests (id, status, before, reason, requested_by, requester_id, created_at)
    values (${request.id}, 'pending', ${request.before}, ${request.reason}, ${request.requestedBy}, ${request.requesterId},
      ${request.createdAt})
    on conflict do nothing returning *`.execute(tx);
  return rows[0];
}

export const lockRequest = (tx: Tx, id: string): Promise<RequestRow | undefined> =>
  tx.selectFrom('audit_pruning_requests').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

export const approvedRequest = (db: Db): Promise<RequestRow | undefined> =>
  db.selectFrom('audit_pruning_requests').selectAll().where('status', '=', 'approved').executeTakeFirst();

export const saveRequest = (
  tx: Db,
  id: string,
  change: Partial<Omit<RequestRow, 'id' | 'before' | 'reason'>>,
): Promise<RequestRow> =>
  tx.updateTable('audit_pruning_requests').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();

export async function listRequests(db: Db, limit: number): Promise<AuditPruningRequest[]> {
  const rows = await db
    .selectFrom('audit_pruning_requests')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toRequest);
}
