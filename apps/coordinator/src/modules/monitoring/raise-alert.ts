import type { Alert, AlertRule, AlertSeverity } from '@mcp-coordinator/contract/monitoring.contract';
import type { Tx } from '../../db/schema.ts';
import type { Clock, NewId } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { insertHappening, isFiring, resolveHappening, toAlert } from './alerts.store.ts';
import { openSilences } from './notices/silences.store.ts';

export interface RaiseAlertDeps {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly recordAudit: RecordAudit;
  readonly publishEvent: PublishEvent;
}
export interface Happening {
  readonly severity: AlertSeverity;
  /** In the shape of a condition that no rule can have: `happening{name="…"}`. */
  readonly condition: string;
  readonly action: AlertRule['action'];
}

/** An alert of something that happened, rather than of a figure: it fires at once, in the transaction of what happened. */
export async function raiseAlert(deps: RaiseAlertDeps, tx: Tx, happening: Happening): Promise<Alert> {
  const now = deps.clock();
  const row = await insertHappening(tx, { ...happening, id: deps.newId('alert'), at: now });
  const alert = toAlert(row, await openSilences(tx, now), now);
  await announce(deps, tx, alert, 'fired');
  return alert;
}

/** The same unless it fires already: for what is looked at again and again. */
export async function raiseAlertOnce(deps: RaiseAlertDeps, tx: Tx, happening: Happening): Promise<Alert | undefined> {
  return (await isFiring(tx, happening.condition)) ? undefined : raiseAlert(deps, tx, happening);
}

/** Resolves it, when what it was about is settled. */
export async function settleAlert(deps: RaiseAlertDeps, tx: Tx, condition: string): Promise<void> {
  const now = deps.clock();
  const row = await resolveHappening(tx, condition, now);
  if (row) await announce(deps, tx, toAlert(row, [], now), 'resolved');
}

async function announce(
  { recordAudit, publishEvent }: RaiseAlertDeps,
  tx: Tx,
  alert: Alert,
  became: 'fired' | 'resolved',
): Promise<void> {
  const { id, severity, condition, action } = alert;
  await recordAudit(tx, {
    action: `alert_${became}`,
    actor: 'system',
    target: id,
    details: { severity, condition, action },
  });
  await publishEvent(tx, { channel: 'alerts', event: `alert.${became}`, data: { ...alert } });
}
