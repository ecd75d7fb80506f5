import { type Kysely, sql } from 'kysely';

/** The machine whose servers alone an assessment is about: its own key asked for it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table assessments add column only_machine text`.execute(db);
}
