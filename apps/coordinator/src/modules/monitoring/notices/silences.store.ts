import type { AlertSeverity } from '@mcp-coordinator/contract/monitoring.contract';
import type { Silence } from '@mcp-coordinator/contract/silences.contract';
import type { SilencePeriod } from '@mcp-coordinator/core/alerts/silence';
import { type Selectable, sql } from 'kysely';
import { cappedCount, type Keyset, type PageRequest } from '../../../db/paging.ts';
import type { Db, Schema, Tx } from '../../../db/schema.ts';

export type SilenceRow = Selectable<Schema['alert_silences']>;

export function toSilence(row: SilenceRow, now: Date): Silence {
  const state = now >= row.ends_at ? 'ended' : now < row.starts_at ? 'waiting' : 'active';
  return {
    id: row.id,
    severity: row.severity,
    condition: row.condition,
    server: row.server,
    reason: row.reason,
    state,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    endedBy: row.ended_by,
  };
}

/** Those that have not ended. */
export async function openSilences(db: Db | Tx, now: Date): Promise<SilencePeriod[]> {
  const rows = await db.selectFrom('alert_silences').selectAll().where('ends_at', '>', now).execute();
  return rows.map(({ severity, condition, server, starts_at, ends_at }) => ({
    severity,
    condition,
    server,
    startsAt: starts_at.getTime(),
    endsAt: ends_at.getTime(),
  }));
}

export interface NewSilence {
  readonly id: string;
  readonly severity: AlertSeverity | null;
  readonly condition: string | null;
  readonly server: string | null;
  readonly reason: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly createdBy: string;
}

export const insertSilence = (tx: Tx, { startsAt, endsAt, createdBy, ...silence }: NewSilence, at: Date) =>
  tx
    .insertInto('alert_silences')
    .values({ ...silence, starts_at: startsAt, ends_at: endsAt, created_by: createdBy, created_at: at })
    .returningAll()
    .executeTakeFirstOrThrow();

export const lockSilence = (tx: Tx, id: string): Promise<SilenceRow | undefined> =>
  tx.selectFrom('alert_silences').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

export const saveSilenceEnd = (tx: Tx, id: string, by: string, at: Date): Promise<SilenceRow> =>
  tx
    .updateTable('alert_silences')
    .set({ ends_at: at, ended_by: by })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

/** One row more than the limit, to know whether another page follows; and how many there are in all, up to a bound. */
export async function selectSilences(
  db: Db,
  { limit, offset, after }: PageRequest & { after: Keyset | undefined },
): Promise<{ rows: SilenceRow[]; counted: number }> {
  const all = db.selectFrom('alert_silences');
  let page = all
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id})`);
  else if (offset !== undefined) page = page.offset(offset);
  return { rows: await page.execute(), counted: await cappedCount(db, all.select('id')) };
}
