import { sql } from 'kysely';
import type { Db } from '../../../db/schema.ts';
import { type AuditFilter, filtered } from '../audit.store.ts';

export interface BundledRecord {
  leafIndex: number;
  leaf: string;
  salt: string | null;
  /** RFC 8785 text. */
  details: string | null;
}

/** What proves a record beside its place, from a leaf on and before another. */
export async function bundledRecords(
  db: Db,
  filter: AuditFilter,
  leaves: { from: number; before: number },
  limit: number,
): Promise<BundledRecord[]> {
  const query = db.selectFrom('audit_logs').select(['leaf_index', 'leaf', 'details_salt']);
  const rows = await filtered(query, filter)
    .select(sql<string | null>`details::text`.as('payload'))
    .where('leaf_index', '>=', String(leaves.from))
    .where('leaf_index', '<', String(leaves.before))
    .orderBy('leaf_index')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    leafIndex: Number(row.leaf_index),
    leaf: row.leaf,
    salt: row.details_salt,
    details: row.payload,
  }));
}
