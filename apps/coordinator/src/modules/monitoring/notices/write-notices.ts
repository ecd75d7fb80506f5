import type { AlertRule } from '@mcp-coordinator/contract/monitoring.contract';
import { decideNotice, type Notice } from '@mcp-coordinator/core/alerts/decide-notice';
import { silencedUntil } from '@mcp-coordinator/core/alerts/silence';
import type { Tx } from '../../../db/schema.ts';
import type { Clock, NewId } from '../../../runtime.ts';
import { type AlertRow, alertsToBeTold, saveTold, toAlert } from '../alerts.store.ts';
import type { StoredChannels } from './channels.store.ts';
import { insertNotification } from './notifications.store.ts';
import { openSilences } from './silences.store.ts';

export interface WriteNoticesDeps {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly channels: (tx: Tx) => Promise<StoredChannels>;
}

const HOUR_MS = 3_600_000;

/**
 * Writes down whom to tell of what, in the transaction that judged the rules; alerts that go to one channel for one reason go
 * as one. Delivery is another's, and comes after the commit. Answers whether there is any.
 */
export async function writeNotices(deps: WriteNoticesDeps, tx: Tx): Promise<boolean> {
  const rows = await alertsToBeTold(tx);
  if (rows.length === 0) return false;
  const [now, channels] = [deps.clock(), await deps.channels(tx)];
  const silences = await openSilences(tx, now);
  const repeatMs = channels.repeatHours === null ? null : channels.repeatHours * HOUR_MS;
  const groups = new Map<string, { channel: string; kind: Notice; rows: AlertRow[] }>();
  const told: { firing: string[]; resolved: string[] } = { firing: [], resolved: [] };
  for (const row of rows) {
    const silenced = silencedUntil(row, silences, now.getTime()) !== null;
    const kind = decideNotice(situationOf(row, silenced), repeatMs, now.getTime());
    if (kind === null) continue;
    told[kind === 'resolved' ? 'resolved' : 'firing'].push(row.id);
    for (const channel of channels.routes[row.action as AlertRule['action']]) {
      const key = `${channel} ${kind}`;
      const group = groups.get(key) ?? { channel, kind, rows: [] };
      groups.set(key, group);
      group.rows.push(row);
    }
  }
  await saveTold(tx, 'firing', told.firing, now);
  await saveTold(tx, 'resolved', told.resolved, now);
  for (const { channel, kind, rows: grouped } of groups.values()) {
    const alerts = grouped.map((row) => toAlert(row, silences, now));
    await insertNotification(tx, { id: deps.newId('notice'), channel, kind, alerts }, now);
  }
  return groups.size > 0;
}

const situationOf = (row: AlertRow, silenced: boolean) => ({
  // Only these two are asked for.
  state: row.state === 'resolved' ? ('resolved' as const) : ('firing' as const),
  acknowledged: row.acknowledged_by !== null,
  silenced,
  told: row.told_state === null ? null : { state: row.told_state, at: row.told_at?.getTime() ?? 0 },
});
