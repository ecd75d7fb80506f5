import type { Metric } from '@mcp-coordinator/contract/monitoring.contract';
import type { SeriesValue } from '@mcp-coordinator/core/alerts/decide-alerts';
import type { PastSample } from '@mcp-coordinator/core/alerts/replay-condition';
import { sql } from 'kysely';
import type { Db, Tx } from '../../db/schema.ts';
import type { MetricValue } from './snapshot-values.ts';

/** All values of one time in one statement with one parameter, however many servers there are. */
export async function insertValues(tx: Tx, at: Date, instance: string, values: readonly MetricValue[]): Promise<void> {
  await sql`
    insert into system_metrics (timestamp, metric, server, instance, value)
    select ${at}::timestamptz, metric, server, ${instance}::text, value
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as given (metric text, server text, value double precision)
    on conflict do nothing`.execute(tx);
}

/** The newest value of each series since then; over instances, the lowest and the highest. */
export async function freshSeries(tx: Tx, since: Date): Promise<SeriesValue[]> {
  const { rows } = await sql<SeriesValue>`
    select metric, server, min(value) as min, max(value) as max from (
      select distinct on (metric, server, instance) metric, server, value from system_metrics
      where timestamp > ${since} order by metric, server, instance, timestamp desc
    ) as newest group by metric, server`.execute(tx);
  return rows;
}

export interface HistoryQuery {
  readonly metric: Metric;
  /** Empty for the machine's own. */
  readonly server: string;
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
  readonly stepSeconds: number;
}
export interface HistoryPoint {
  readonly at: Date;
  readonly average: number;
  readonly min: number;
  readonly max: number;
}

/** One point for each step in which something was measured, oldest first; steps lie on whole multiples of their length. */
export async function selectHistory(
  db: Db,
  { metric, server, from, to, stepSeconds }: HistoryQuery,
): Promise<HistoryPoint[]> {
  const { rows } = await sql<HistoryPoint>`
    select to_timestamp(step * ${stepSeconds}::float8) as at, sum(value * samples) / sum(samples) as average,
      min(low) as min, max(high) as max
    from (
      select floor(extract(epoch from timestamp)::float8 / ${stepSeconds}::float8) as step, value, samples,
        coalesce(low, value) as low, coalesce(high, value) as high
      from system_metrics
      where metric = ${metric} and server = ${server} and timestamp >= ${from} and timestamp < ${to}
    ) as measured group by step order by step`.execute(db);
  return rows;
}

/** Samples of each series of a metric, oldest first; over instances the lowest and the highest of each ten seconds. */
export async function pastSeries(
  db: Db,
  { metric, server, from, to }: { metric: Metric; server: string | null; from: Date; to: Date },
): Promise<Map<string, PastSample[]>> {
  const { rows } = await sql<PastSample & { server: string }>`
    select server, (step * 10000)::float8 as at, min(value) as min, max(value) as max from (
      select server, floor(extract(epoch from timestamp) / 10) as step, value from system_metrics
      where metric = ${metric} and timestamp >= ${from} and timestamp < ${to}
        and (${server}::text is null or server = ${server})
    ) as measured group by server, step order by server, step`.execute(db);
  const series = new Map<string, PastSample[]>();
  for (const { server: name, at, min, max } of rows) {
    const samples = series.get(name) ?? [];
    series.set(name, samples);
    samples.push({ at, min, max });
  }
  return series;
}

/** Deletes at most so many of the values from before then, and answers how many. */
export async function deleteValuesBefore(db: Db, before: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from system_metrics where ctid = any(array(
      select ctid from system_metrics where timestamp < ${before} limit ${limit}))`.execute(db);
  return Number(numAffectedRows ?? 0);
}

export interface RollUp {
  /** Of the rows that become one, and of that one. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Rows from before then; on a whole multiple of `toSeconds`, so that no step is made of a part of it. */
  readonly before: Date;
}
/** So much time at once: the longest step there is. */
const ROLL_UP_SECONDS = 600;

/**
 * Makes the oldest ten minutes of rows coarser, and answers whether there were any. One statement: rows that another
 * instance took in the meantime are not there for this one, and nothing is between the two forms.
 */
export async function rollUpOldest(db: Db, { fromSeconds, toSeconds, before }: RollUp): Promise<boolean> {
  const { rows } = await sql`
    with oldest as (
      select floor(extract(epoch from min(timestamp)) / ${ROLL_UP_SECONDS}) * ${ROLL_UP_SECONDS} as second
      from system_metrics where seconds = ${sql.lit(fromSeconds)} and timestamp < ${before}
    ), gone as (
      delete from system_metrics using oldest
      where seconds = ${sql.lit(fromSeconds)} and timestamp >= to_timestamp(second)
        and timestamp < least(to_timestamp(second + ${ROLL_UP_SECONDS}), ${before}::timestamptz)
      returning floor(extract(epoch from timestamp) / ${toSeconds}::int) * ${toSeconds}::int as step, system_metrics.*
    ), made as (
      insert into system_metrics (timestamp, metric, server, instance, value, seconds, samples, low, high)
      select to_timestamp(step), metric, server, instance, sum(value * samples) / sum(samples), ${toSeconds}::int,
        sum(samples), min(coalesce(low, value)), max(coalesce(high, value))
      from gone group by step, metric, server, instance
    )
    select 1 from gone limit 1`.execute(db);
  return rows.length > 0;
}
