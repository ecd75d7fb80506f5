import type { AlertNotification } from '@mcp-coordinator/contract/alert-channels.contract';
import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import { type Selectable, sql } from 'kysely';
import { cappedCount, type Keyset, type PageRequest } from '../../../db/paging.ts';
import type { Db, Schema, Tx } from '../../../db/schema.ts';

export type NotificationRow = Selectable<Schema['alert_notifications']>;

/** As they were when it was written; only this store writes the column. */
export const alertsOf = (row: NotificationRow): Alert[] => row.alerts as Alert[];

export const toNotification = (row: NotificationRow): AlertNotification => ({
  id: row.id,
  channel: row.channel,
  kind: row.kind,
  alertIds: alertsOf(row).map(({ id }) => id),
  state: row.state,
  attempts: row.attempts,
  error: row.error,
  createdAt: row.created_at.toISOString(),
  nextAttemptAt: row.state === 'waiting' ? (row.next_attempt_at?.toISOString() ?? null) : null,
  settledAt: row.settled_at?.toISOString() ?? null,
});

export interface NewNotification {
  readonly id: string;
  readonly channel: string;
  readonly kind: NotificationRow['kind'];
  readonly alerts: readonly Alert[];
}

export async function insertNotification(tx: Tx, { alerts, ...given }: NewNotification, at: Date): Promise<void> {
  const row = {
    ...given,
    alerts: JSON.stringify(alerts),
    state: 'waiting',
    created_at: at,
    next_attempt_at: at,
  } as const;
  await tx.insertInto('alert_notifications').values(row).execute();
}

/** Those that are due, each taken by one instance until then: if that one dies, another tries again. */
export const takeDue = (db: Db, now: Date, until: Date, limit: number): Promise<NotificationRow[]> =>
  db
    .updateTable('alert_notifications')
    .set({ next_attempt_at: until, attempts: sql`attempts + 1` })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('alert_notifications')
        .select('id')
        .where('state', '=', 'waiting')
        .where('next_attempt_at', '<=', now)
        .orderBy('next_attempt_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();

type Outcome =
  | { readonly state: 'sent'; readonly settledAt: Date }
  | { readonly state: 'waiting'; readonly error: string; readonly nextAttemptAt: Date }
  | { readonly state: 'failed'; readonly error: string; readonly settledAt: Date };

/** Of a notification that is still waiting: what came of the attempt. */
export const saveOutcome = (tx: Db | Tx, id: string, outcome: Outcome): Promise<NotificationRow | undefined> =>
  tx
    .updateTable('alert_notifications')
    .set({
      state: outcome.state,
      error: 'error' in outcome ? outcome.error : null,
      next_attempt_at: 'nextAttemptAt' in outcome ? outcome.nextAttemptAt : null,
      settled_at: 'settledAt' in outcome ? outcome.settledAt : null,
    })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .returningAll()
    .executeTakeFirst();

export const lockNotification = (tx: Tx, id: string): Promise<NotificationRow | undefined> =>
  tx.selectFrom('alert_notifications').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

export const saveRetry = (tx: Tx, id: string, at: Date): Promise<NotificationRow> =>
  tx
    .updateTable('alert_notifications')
    .set({ state: 'waiting', attempts: 0, next_attempt_at: at, settled_at: null })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

/** One row more than the limit, to know whether another page follows; and how many there are in all, up to a bound. */
export async function selectNotifications(
  db: Db,
  {
    limit,
    offset,
    after,
    state,
  }: PageRequest & { after: Keyset | undefined; state: NotificationRow['state'] | undefined },
): Promise<{ rows: NotificationRow[]; counted: number }> {
  const all = db
    .selectFrom('alert_notifications')
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'waiting'));
  let page = all
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id})`);
  else if (offset !== undefined) page = page.offset(offset);
  return { rows: await page.execute(), counted: await cappedCount(db, all.select('id')) };
}
