import { type Kysely, sql } from 'kysely';

/** Where a session was opened, so that its owner can tell it from a stranger's. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sessions add column address text, add column user_agent text`.execute(db);
}
