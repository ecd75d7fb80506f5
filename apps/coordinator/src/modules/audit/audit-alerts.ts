import type { Alert, AlertRule, AlertSeverity } from '@mcp-coordinator/contract/monitoring.contract';
import { accept } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';

/** How the log calls for people; handed in, since monitoring writes to the log itself. */
export interface AuditAlerts {
  /** Nothing when it is open already. */
  readonly raise: (
    tx: Tx,
    happening: { severity: AlertSeverity; condition: string; action: AlertRule['action'] },
  ) => Promise<Alert | undefined>;
  readonly settle: (tx: Tx, condition: string) => Promise<void>;
  /** After the commit. */
  readonly tell: (alert: Alert) => Promise<void>;
}

/** Raises the alert while something is wrong, and settles it once it is not. */
export async function showAlert(db: Db, alerts: AuditAlerts, name: string, wrong: boolean): Promise<void> {
  const condition = `happening{name="${name}"}`;
  const raised = await transact(db, async (tx) => {
    if (wrong) return accept(await alerts.raise(tx, { severity: 'critical', condition, action: 'emergency_alert' }));
    await alerts.settle(tx, condition);
    return accept(undefined);
  });
  if (raised.ok && raised.value) await alerts.tell(raised.value);
}
