import { sql } from 'kysely';
import type { TestApp } from './harness.ts';

/** Every row of every table, as canonical JSON text, by table. */
export type DatabaseState = Record<string, string[]>;

/** Columns that note when somebody was last seen: they change without anything having been done. */
const SEEN = ['last_seen_at', 'last_used_at'];
/** Tables that the coordinator fills by itself: who lives, what was counted, samples, and what the log and the alerts do by themselves. */
const BY_ITSELF = [
  'instances',
  'request_counts',
  'system_metrics',
  'alerts',
  'audit_queue',
  'audit_leaves',
  'audit_checkpoints',
  'audit_subtrees',
  'audit_sequencer',
  'audit_verifications',
  'audit_witnesses',
  'alert_notifications',
];
/** Compared row by row by whoever says which record a refusal leaves. */
const RECORDS = 'audit_logs';
/** Events move from the one to the other; which of the two they stand in says nothing. Samples and records have theirs. */
const EVENTS = ['event_outbox', 'events'];
/** Of the queue only which jobs there are counts: it keeps its own times. */
const QUEUE = 'pgboss';

const tablesOf = async (app: TestApp) =>
  (
    await sql<{ schema: string; name: string }>`
      select table_schema as schema, table_name as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema', ${QUEUE})
      order by 1, 2`.execute(app.database.db)
  ).rows;

/**
 * The contents of the whole database but for what changes by itself. Two of them are equal exactly when nothing was written
 * in between, wherever it would have been; a table that a migration adds is in it without being named.
 */
export async function databaseState(app: TestApp): Promise<DatabaseState> {
  const state: DatabaseState = {};
  for (const { schema, name } of await tablesOf(app)) {
    if ([...BY_ITSELF, ...EVENTS, RECORDS].includes(name)) continue;
    const { rows } = await sql<{ row: string }>`
      select (to_jsonb(t) - ${SEEN}::text[])::text as row from ${sql.id(schema, name)} as t order by 1`.execute(
      app.database.db,
    );
    if (rows.length > 0) state[name] = rows.map(({ row }) => row);
  }
  const events = await sql<{ event: string }>`
    select channel || ' ' || event || ' ' || data::text as event
    from (select * from event_outbox union all select * from events) as e where channel not in ('alerts', 'audit', 'metrics') order by 1`.execute(
    app.database.db,
  );
  const jobs = await sql<{ job: string }>`
    select name || ' ' || data::text as job from ${sql.id(QUEUE, 'job')} order by 1`.execute(app.database.db);
  // Alerts of a figure come and go with the machine; those of something that was done have none.
  const alerts = await sql<{ alert: string }>`
    select to_jsonb(t)::text as alert from alerts as t where value is null order by 1`.execute(app.database.db);
  return {
    ...state,
    alerts: alerts.rows.map(({ alert }) => alert),
    events: events.rows.map(({ event }) => event),
    jobs: jobs.rows.map(({ job }) => job),
  };
}
