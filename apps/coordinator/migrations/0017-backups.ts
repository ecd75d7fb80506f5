import { type Kysely, sql } from 'kysely';

/** When the last backup was, for whoever watches that there is one; what is in it stands in its own manifest. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table backups (
    id text primary key,
    created_at timestamptz not null,
    finished_at timestamptz not null,
    path text not null,
    bytes bigint not null,
    rows bigint not null
  )`.execute(db);
}
