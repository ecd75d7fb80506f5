import type { AuditWitness } from '@mcp-coordinator/contract/audit.contract';
import { sql } from 'kysely';
import type { Db } from '../../../db/schema.ts';

/** The size of the newest checkpoint that the witness is known to have taken; 0 before the first. */
export async function witnessedSize(db: Db, name: string): Promise<number> {
  const row = await db.selectFrom('audit_witnesses').select('size').where('name', '=', name).executeTakeFirst();
  return Number(row?.size ?? 0);
}

/** It took a checkpoint; `note` bears its cosignature. */
export async function saveWitnessed(db: Db, name: string, size: number, note: string, now: Date): Promise<void> {
  await sql`insert into audit_witnesses (name, size, note, seen_at, problem, checked_at)
    values (${name}, ${size}, ${note}, ${now}, null, ${now})
    on conflict (name) do update set size = ${size}, note = ${note}, seen_at = ${now}, problem = null, checked_at = ${now}`.execute(
    db,
  );
}

/** It did not. */
export async function saveWitnessProblem(db: Db, name: string, problem: string, now: Date): Promise<void> {
  await sql`insert into audit_witnesses (name, size, problem, checked_at) values (${name}, 0, ${problem}, ${now})
    on conflict (name) do update set problem = ${problem}, checked_at = ${now}`.execute(db);
}

export async function listWitnesses(db: Db): Promise<AuditWitness[]> {
  const rows = await db.selectFrom('audit_witnesses').selectAll().orderBy('name').execute();
  return rows.map((row) => ({
    name: row.name,
    size: Number(row.size),
    seenAt: row.seen_at?.toISOString() ?? null,
    checkedAt: row.checked_at.toISOString(),
    problem: row.problem,
  }));
}
