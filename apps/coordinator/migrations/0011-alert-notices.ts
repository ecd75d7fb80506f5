import { type Kysely, sql } from 'kysely';

/** Silences, and what is told of alerts through channels beside the log. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table alert_silences (
    id text primary key,
    severity text check (severity in ('critical', 'warning')),
    condition text,
    server text,
    reason text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    created_by text not null,
    created_at timestamptz not null,
    ended_by text,
    check (num_nonnulls(severity, condition, server) > 0)
  )`,
  'create index alert_silences_by_end on alert_silences (ends_at)',
  'create index alert_silences_by_age on alert_silences (created_at desc, id desc)',
  `alter table alerts
    add column told_state text check (told_state in ('firing', 'resolved')),
    add column told_at timestamptz`,
  // Told already, through the only channel there was.
  `update alerts set told_state = state, told_at = coalesce(resolved_at, fired_at) where state in ('firing', 'resolved')`,
  `create index alerts_to_be_told on alerts (id) where state = 'firing' or (state = 'resolved' and told_state = 'firing')`,
  `create table alert_channel_secrets (
    channel text primary key,
    sealed text not null
  )`,
  `create table alert_notifications (
    id text primary key,
    channel text not null,
    kind text not null check (kind in ('fired', 'repeated', 'resolved')),
    alerts jsonb not null,
    state text not null check (state in ('waiting', 'sent', 'failed')),
    attempts integer not null default 0,
    error text,
    created_at timestamptz not null,
    next_attempt_at timestamptz,
    settled_at timestamptz
  )`,
  `create index alert_notifications_due on alert_notifications (next_attempt_at) where state = 'waiting'`,
  'create index alert_notifications_by_age on alert_notifications (created_at desc, id desc)',
];
