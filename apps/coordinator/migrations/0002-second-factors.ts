import { type Kysely, sql } from 'kysely';

/** Second factors, the rotation of sessions, and the expiry of machine keys. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // Without `confirmed_at` it was only begun and counts for nothing. Codes up to `last_step` are spent.
  `create table totp_factors (
    user_id integer primary key references users (id),
    sealed_secret text not null,
    begun_at timestamptz not null,
    confirmed_at timestamptz,
    last_step integer not null default 0
  )`,
  `create table passkeys (
    id text primary key,
    credential_id text not null unique,
    user_id integer not null references users (id),
    name text not null,
    public_key text not null,
    counter bigint not null,
    transports jsonb not null,
    backed_up boolean not null,
    created_at timestamptz not null,
    last_used_at timestamptz
  )`,
  'create index passkeys_by_user on passkeys (user_id, created_at)',
  `create table passkey_challenges (
    challenge_hash text primary key,
    user_id integer not null references users (id),
    purpose text not null check (purpose in ('register', 'sign_in', 'approve', 'manage_users', 'manage_factors')),
    subject text,
    digest text,
    expires_at timestamptz not null
  )`,
  'create index passkey_challenges_by_age on passkey_challenges (expires_at)',
  'create index passkey_challenges_by_user on passkey_challenges (user_id)',
  `create table recovery_codes (
    code_hash text primary key,
    user_id integer not null references users (id),
    created_at timestamptz not null,
    used_at timestamptz
  )`,
  'create index recovery_codes_by_user on recovery_codes (user_id)',
  `alter table approval_tokens
    add column step_up text check (step_up in ('totp', 'passkey')),
    add column assertion_credential_id text,
    add column assertion_authenticator_data text,
    add column assertion_client_data text,
    add column assertion_signature text`,
  `alter table sessions
    add column refresh_id text,
    add column previous_refresh_id text,
    add column rotated_at timestamptz`,
  'alter table api_keys add column expires_at timestamptz',
  'create index api_keys_expiring on api_keys (expires_at) where revoked_at is null',
];
