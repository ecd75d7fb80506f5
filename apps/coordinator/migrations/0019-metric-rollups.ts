import { type Kysely, sql } from 'kysely';

/**
 * Old figures are kept coarser: one row stands for all samples of its `seconds`, with their mean as `value`. `low` and
 * `high` are null where it is one sample alone.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table system_metrics
    add column seconds integer not null default 10,
    add column samples integer not null default 1,
    add column low double precision,
    add column high double precision`.execute(db);
  // What is as coarse as it gets is not looked at again.
  await sql`create index system_metrics_fine on system_metrics (seconds, timestamp) where seconds < 600`.execute(db);
}
