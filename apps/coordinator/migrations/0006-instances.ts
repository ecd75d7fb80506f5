import { type Kysely, sql } from 'kysely';

/** Several coordinators on one database: who lives, who holds which link, and what each has counted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // Times here are the database's own: no host's clock decides who lives.
  `create table instances (
    id text primary key,
    url text,
    version text not null,
    started_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    draining boolean not null default false
  )`,
  // No reference to instances: which one held a link that was lost is known after that one is gone.
  `create table links (
    server_id text primary key references servers (id) on delete cascade,
    epoch integer not null,
    instance_id text,
    nonce text,
    ready boolean not null,
    moved_at timestamptz
  )`,
  'create index links_by_instance on links (instance_id)',
  `create table request_counts (
    id bigint generated always as identity primary key,
    instance_id text not null,
    counts jsonb not null,
    at timestamptz not null default clock_timestamp()
  )`,
  'create index request_counts_by_age on request_counts (at)',
  'alter table assessments add column runner text',
];
