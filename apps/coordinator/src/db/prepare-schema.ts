import { sql } from 'kysely';
import type { Db } from './schema.ts';
import { databaseFault } from './sqlstate.ts';

/**
 * Since PostgreSQL 15 a right on the database gives none on the schema `public`. Where we may not create there, our tables
 * go into a schema named after the user, which stands first on PostgreSQL's own search path: `psql -U` finds them as before.
 */
export async function prepareSchema(db: Db): Promise<void> {
  const allowed = await sql<{ may: boolean }>`select has_schema_privilege('public', 'create') as may`.execute(db);
  if (allowed.rows[0]?.may !== false) return;
  await sql`create schema if not exists authorization current_user`.execute(db).catch((error: unknown) => {
    // Two instances that start at once both find it missing; then the other one has made it.
    if (databaseFault(error) !== 'unique_violation') throw error;
  });
}
