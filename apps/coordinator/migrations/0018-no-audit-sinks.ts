import { type Kysely, sql } from 'kysely';

/** Nothing was ever pushed from it: records leave by exports and witnesses. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop table audit_sinks`.execute(db);
}
