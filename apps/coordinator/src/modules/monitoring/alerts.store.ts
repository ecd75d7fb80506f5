import type { Alert, AlertRule, AlertSeverity } from '@mcp-coordinator/contract/monitoring.contract';
import type { AlertState } from '@mcp-coordinator/core/alerts/alert-states';
import type { AlertChange, OpenAlert } from '@mcp-coordinator/core/alerts/decide-alerts';
import { type SilencePeriod, silencedUntil } from '@mcp-coordinator/core/alerts/silence';
import { type Selectable, sql } from 'kysely';
import { cappedCount, type Keyset, type PageRequest } from '../../db/paging.ts';
import type { Db, Schema, Tx } from '../../db/schema.ts';

export type AlertRow = Selectable<Schema['alerts']>;
type Action = AlertRule['action'];

/** Only this store writes alerts, with the actions of the contract. */
const actionOf = (row: AlertRow): Action => row.action as Action;

/** `silences`: those that may be active at `now`. */
export const toAlert = (row: AlertRow, silences: readonly SilencePeriod[], now: Date): Alert => ({
  id: row.id,
  severity: row.severity,
  condition: row.condition,
  action: actionOf(row),
  server: row.server,
  state: row.state,
  value: row.value,
  startedAt: row.started_at.toISOString(),
  firedAt: row.fired_at?.toISOString() ?? null,
  resolvedAt: row.resolved_at?.toISOString() ?? null,
  acknowledgedBy: row.acknowledged_by,
  acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
  silencedUntil: silenceEnd(row, silences, now),
});

function silenceEnd(row: AlertRow, silences: readonly SilencePeriod[], now: Date): string | null {
  const until = row.state === 'resolved' ? null : silencedUntil(row, silences, now.getTime());
  return until === null ? null : new Date(until).toISOString();
}

/** One evaluator at a time, over all instances; false while another one is at it. Given back when the transaction ends. */
export async function tryEvaluatorLock(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('mcp-coordinator alerts'), hashtext(current_schema())) as locked`.execute(
    tx,
  );
  return rows[0]?.locked === true;
}

/**
 * Those of rules, locked: who acknowledges one waits until it is decided. A metric has no label but `server`, so what is
 * marked by another one is of something that happened, and no rule's to resolve.
 */
export async function openAlerts(tx: Tx): Promise<OpenAlert[]> {
  const rows = await tx
    .selectFrom('alerts')
    .selectAll()
    .where('state', '<>', 'resolved')
    .where('condition', 'not like', HAPPENED)
    .forUpdate()
    .execute();
  return rows.map((row) => {
    const { id, severity, condition, server } = row;
    return { id, severity, condition, server, action: actionOf(row), state: stateOf(row) };
  });
}

const HAPPENED = 'break\\_glass{%';

export const insertHappening = (
  tx: Tx,
  {
    id,
    severity,
    condition,
    action,
    at,
  }: { id: string; severity: AlertSeverity; condition: string; action: Action; at: Date },
): Promise<AlertRow> =>
  tx
    .insertInto('alerts')
    .values({ id, severity, condition, action, state: 'firing', started_at: at, fired_at: at })
    .returningAll()
    .executeTakeFirstOrThrow();

export const isFiring = async (tx: Tx, condition: string): Promise<boolean> =>
  (await tx
    .selectFrom('alerts')
    .select('id')
    .where('condition', '=', condition)
    .where('state', '=', 'firing')
    .limit(1)
    .executeTakeFirst()) !== undefined;

export const resolveHappening = (tx: Tx, condition: string, at: Date): Promise<AlertRow | undefined> =>
  tx
    .updateTable('alerts')
    .set({ state: 'resolved', resolved_at: at })
    .where('condition', '=', condition)
    .where('state', '=', 'firing')
    .returningAll()
    .executeTakeFirst();

function stateOf({ state, started_at, fired_at, value }: AlertRow): OpenAlert['state'] {
  const startedAt = started_at.getTime();
  // The value of an alert that was stored is never absent; the column may be.
  if (state === 'pending') return { state, startedAt, value: value ?? 0 };
  return { state: 'firing', startedAt, firedAt: (fired_at ?? started_at).getTime(), value: value ?? 0 };
}

const columnsOf = (state: Exclude<AlertState, { state: 'inactive' }>) => ({
  state: state.state,
  value: state.value,
  started_at: new Date(state.startedAt),
  fired_at: 'firedAt' in state ? new Date(state.firedAt) : null,
  resolved_at: 'resolvedAt' in state ? new Date(state.resolvedAt) : null,
});

/** Writes what became of an alert, and answers its row; one that was pending and passed leaves none. */
export async function saveAlertChange(tx: Tx, change: AlertChange, newId: string): Promise<AlertRow | undefined> {
  const { id, severity, condition, action, server, after } = change;
  if (after.state === 'inactive') {
    if (id === null) return undefined;
    return tx.deleteFrom('alerts').where('id', '=', id).returningAll().executeTakeFirst();
  }
  if (id === null) {
    const values = { id: newId, severity, condition, action, server, ...columnsOf(after) };
    return tx.insertInto('alerts').values(values).returningAll().executeTakeFirstOrThrow();
  }
  return tx.updateTable('alerts').set(columnsOf(after)).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

export const lockAlert = (tx: Tx, id: string): Promise<AlertRow | undefined> =>
  tx.selectFrom('alerts').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

export const saveAcknowledgement = (tx: Tx, id: string, by: string, at: Date): Promise<AlertRow> =>
  tx
    .updateTable('alerts')
    .set({ acknowledged_by: by, acknowledged_at: at })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

/** Those that fire, and those that are over since somebody was told that they do. Locked by who judges the rules. */
export const alertsToBeTold = (tx: Tx): Promise<AlertRow[]> =>
  tx
    .selectFrom('alerts')
    .selectAll()
    .where((eb) =>
      eb.or([eb('state', '=', 'firing'), eb.and([eb('state', '=', 'resolved'), eb('told_state', '=', 'firing')])]),
    )
    // Those that began together in an order that is the same every time.
    .orderBy('started_at')
    .orderBy('severity')
    .orderBy('condition')
    .orderBy('server')
    .execute();

export async function saveTold(tx: Tx, state: 'firing' | 'resolved', ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.updateTable('alerts').set({ told_state: state, told_at: at }).where('id', 'in', ids).execute();
}

/** One row more than the limit, to know whether another page follows; and how many there are in all, up to a bound. */
export async function selectAlerts(
  db: Db,
  { limit, offset, after, status }: PageRequest & { after: Keyset | undefined; status: AlertRow['state'] | undefined },
): Promise<{ rows: AlertRow[]; counted: number }> {
  const all = db
    .selectFrom('alerts')
    .$if(status !== undefined, (query) => query.where('state', '=', status ?? 'firing'));
  let page = all
    .selectAll()
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(started_at, id) < (${after.at}, ${after.id})`);
  else if (offset !== undefined) page = page.offset(offset);
  return { rows: await page.execute(), counted: await cappedCount(db, all.select('id')) };
}

export async function countFiring(db: Db): Promise<Record<AlertSeverity, number>> {
  const counts: Record<AlertSeverity, number> = { critical: 0, warning: 0 };
  const rows = await db
    .selectFrom('alerts')
    .select(['severity', (eb) => eb.fn.countAll().as('count')])
    .where('state', '=', 'firing')
    .groupBy('severity')
    .execute();
  for (const { severity, count } of rows) counts[severity] = Number(count);
  return counts;
}
