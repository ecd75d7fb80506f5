import type { Alert, AlertRule } from '@mcp-coordinator/contract/monitoring.contract';
import type { Logger } from 'pino';

/** Tells of an alert that fired or resolved, by the action its rule names; once for each change of state. */
export type Notify = (action: AlertRule['action'], alert: Alert) => void | Promise<void>;

/** The log is the channel of every action: a critical alert is an ERROR there, a resolved one is said too. */
export function createLogNotice(log: Logger): Notify {
  return (action, { id, severity, condition, server, value, state }) => {
    const fields = { alertId: id, action, severity, condition, server, value };
    const about = server === null ? condition : `${condition} on ${server}`;
    if (state === 'resolved') log.info(fields, `alert resolved: ${about}`);
    else if (severity === 'critical') log.error(fields, `alert fired: ${about}`);
    else log.warn(fields, `alert fired: ${about}`);
  };
}
