import { retryPause } from '@mcp-coordinator/core/alerts/decide-notice';
import { accept, deny } from '@mcp-coordinator/core/result';
import type { Logger } from 'pino';
import type { Db } from '../../../db/schema.ts';
import { transact } from '../../../db/transaction.ts';
import type { RecordAudit } from '../../audit/audit.module.ts';
import type { PublishEvent } from '../../realtime/realtime.module.ts';
import type { StoredChannels } from './channels.store.ts';
import { alertsOf, type NotificationRow, saveOutcome, takeDue, toNotification } from './notifications.store.ts';
import { type SendNoticeDeps, sendNotice } from './send-notice.ts';

export interface DeliverNoticesDeps extends SendNoticeDeps {
  readonly db: Db;
  readonly log: Logger;
  readonly recordAudit: RecordAudit;
  readonly publishEvent: PublishEvent;
  readonly channels: (db: Db) => Promise<StoredChannels>;
}

const AT_ONCE_MAX = 10;
/** Longer than any attempt takes: whoever took a notification and died gives it back by not settling it. */
const LEASE_MS = 60_000;

/** Sends what is due. What was not taken is tried again after a growing pause, and kept as failed in the end. */
export async function deliverNotices(deps: DeliverNoticesDeps): Promise<void> {
  for (;;) {
    const now = deps.clock();
    const due = await takeDue(deps.db, now, new Date(now.getTime() + LEASE_MS), AT_ONCE_MAX);
    if (due.length === 0) return;
    const { channels } = await deps.channels(deps.db);
    await Promise.all(due.map((row) => deliver(deps, row, channels)));
    if (due.length < AT_ONCE_MAX) return;
  }
}

async function deliver(
  deps: DeliverNoticesDeps,
  row: NotificationRow,
  channels: StoredChannels['channels'],
): Promise<void> {
  const channel = channels.find(({ name }) => name === row.channel);
  const sent = channel
    ? await sendNotice(deps, channel, { id: row.id, kind: row.kind, alerts: alertsOf(row) })
    : deny('the channel was removed');
  const now = deps.clock();
  if (sent.ok) {
    await saveOutcome(deps.db, row.id, { state: 'sent', settledAt: now });
    return;
  }
  const error = sent.refusal;
  const pause = channel ? retryPause(row.attempts) : null;
  if (pause === null) return giveUp(deps, row, error);
  await saveOutcome(deps.db, row.id, { state: 'waiting', error, nextAttemptAt: new Date(now.getTime() + pause) });
  deps.log.warn(
    { notification: row.id, channel: row.channel, attempts: row.attempts, error },
    'an alert could not be told; it is tried again',
  );
}

async function giveUp(deps: DeliverNoticesDeps, { id, attempts }: NotificationRow, error: string): Promise<void> {
  await transact(deps.db, async (tx) => {
    const row = await saveOutcome(tx, id, { state: 'failed', error, settledAt: deps.clock() });
    if (!row) return accept(undefined);
    const details = { channel: row.channel, attempts, error };
    await deps.recordAudit(tx, {
      action: 'alert_notification_failed',
      actor: 'system',
      target: id,
      result: 'failure',
      details,
    });
    await deps.publishEvent(tx, {
      channel: 'alerts',
      event: 'alert_notification.failed',
      data: { ...toNotification(row) },
    });
    return accept(undefined);
  });
  deps.log.error({ notification: id, attempts, error }, 'an alert could not be told, and is not tried again');
}
