import { type Kysely, sql } from 'kysely';

/** Signing keys that rotate, sealed. Values sealed before are given data keys at the next start, which knows the key. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table signing_keys (
    id text primary key,
    purpose text not null check (purpose in ('grant', 'audit', 'session', 'keyed_hash')),
    sealed text,
    public_key text,
    endorsement text,
    created_at timestamptz not null,
    replaced_at timestamptz,
    retires_at timestamptz,
    retired_at timestamptz,
    check ((replaced_at is null) = (retires_at is null)),
    check (retired_at is null or replaced_at is not null),
    check ((sealed is null) = (retired_at is not null))
  )`,
  // Two that sign for one purpose would be two truths.
  'create unique index signing_keys_one_signs on signing_keys (purpose) where replaced_at is null',
];
