import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import { type AlertChange, decideAlerts } from '@mcp-coordinator/core/alerts/decide-alerts';
import { parseRules } from '@mcp-coordinator/core/alerts/validate-rules';
import { accept } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { Notify } from './alert-notice.ts';
import { currentRules } from './alert-rules.store.ts';
import { type AlertRow, openAlerts, saveAlertChange, toAlert, tryEvaluatorLock } from './alerts.store.ts';
import { freshSeries } from './metrics.store.ts';
import { openSilences } from './notices/silences.store.ts';
import { type WriteNoticesDeps, writeNotices } from './notices/write-notices.ts';
import { OWN_SERVICE, type ServerFigures } from './snapshot.ts';

export interface EvaluateAlertsDeps extends WriteNoticesDeps {
  readonly db: Db;
  readonly recordAudit: RecordAudit;
  readonly publishEvent: PublishEvent;
  readonly notify: Notify;
  readonly serverFigures: () => Promise<readonly ServerFigures[]>;
}

/** A value older than three intervals is no news: whoever measured it is gone. */
const FRESH_MS = 30_000;

/**
 * Judges every rule by the freshest samples and writes what changed, each with its record and event. Whoever is told is told
 * after the commit, so that nobody hears of what did not happen. Answers the alerts that fired or resolved.
 */
export async function evaluateAlerts(deps: EvaluateAlertsDeps): Promise<Alert[]> {
  // Asked for before the transaction: it has queries of its own.
  const servers = new Set([OWN_SERVICE, ...(await deps.serverFigures()).map(({ id }) => id)]);
  const evaluated = await transact(deps.db, async (tx) => {
    const told: Alert[] = [];
    if (!(await tryEvaluatorLock(tx))) return accept(told);
    const now = deps.clock();
    const silences = await openSilences(tx, now);
    for (const change of await decide(tx, servers, now)) {
      const alert = await write(tx, deps, change, (row) => toAlert(row, silences, now));
      if (alert && kindOf(change)?.tells) told.push(alert);
    }
    await writeNotices(deps, tx);
    return accept(told);
  });
  const told = evaluated.ok ? evaluated.value : [];
  for (const alert of told) await deps.notify(alert.action, alert);
  return told;
}

async function decide(tx: Tx, servers: ReadonlySet<string>, now: Date): Promise<AlertChange[]> {
  const rules = parseRules((await currentRules(tx)).rules);
  if (!rules.ok) throw new Error(`the stored alert rules are not valid: ${JSON.stringify(rules.refusal)}`);
  const series = await freshSeries(tx, new Date(now.getTime() - FRESH_MS));
  return decideAlerts({ rules: rules.value, series, servers, open: await openAlerts(tx), now: now.getTime() });
}

/** What a change is called; a new value of an alert that stays as it is has no name, no record and no event. */
function kindOf({ before, after }: AlertChange) {
  if (before.state === after.state) return undefined;
  switch (after.state) {
    case 'pending':
      return { event: 'alert.pending', tells: false } as const;
    case 'firing':
      return { event: 'alert.fired', audit: 'alert_fired', tells: true } as const;
    case 'resolved':
      return { event: 'alert.resolved', audit: 'alert_resolved', tells: true } as const;
    case 'inactive':
      return { event: 'alert.cleared', tells: false } as const;
  }
}

async function write(
  tx: Tx,
  deps: EvaluateAlertsDeps,
  change: AlertChange,
  viewOf: (row: AlertRow) => Alert,
): Promise<Alert | undefined> {
  const row = await saveAlertChange(tx, change, deps.newId('alert'));
  const kind = kindOf(change);
  if (!row || !kind) return undefined;
  const alert = viewOf(row);
  const { id, severity, condition, action, server, value } = alert;
  if (kind.audit) {
    const details = { severity, condition, action, server, value };
    await deps.recordAudit(tx, { action: kind.audit, actor: 'system', target: id, details });
  }
  await deps.publishEvent(tx, { channel: 'alerts', event: kind.event, data: { ...alert } });
  return alert;
}
