import { createHash } from 'node:crypto';
import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';

/** RFC 3339's zero, which Alertmanager writes for what has not ended. */
const NOT_ENDED = '0001-01-01T00:00:00Z';

export interface AlertmanagerPayload {
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly status: 'firing' | 'resolved';
  readonly receiver: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly externalURL: string;
  readonly alerts: readonly unknown[];
}

const labelsOf = ({ condition, severity, action, server }: Alert): Record<string, string> => ({
  alertname: condition,
  severity,
  action,
  ...(server === null ? {} : { server }),
});

/** A sentence for a person: what, on which server, and the figure. */
export const alertSentence = ({ condition, server, value, state }: Alert): string =>
  `${condition}${server === null ? '' : ` on ${server}`}${state === 'resolved' ? ' is over' : ''}${value === null ? '' : ` (now ${value})`}`;

/** What Alertmanager 0.2x posts to a webhook, data version 4: whatever receives that receives this. */
export function alertmanagerPayload(receiver: string, alerts: readonly Alert[], publicUrl: URL): AlertmanagerPayload {
  const labels = alerts.map(labelsOf);
  return {
    version: '4',
    groupKey: `{}/{receiver="${receiver}"}`,
    truncatedAlerts: 0,
    status: alerts.some(({ state }) => state === 'firing') ? 'firing' : 'resolved',
    receiver,
    groupLabels: {},
    commonLabels: common(labels),
    commonAnnotations: {},
    externalURL: publicUrl.origin,
    alerts: alerts.map((alert, index) => ({
      status: alert.state === 'resolved' ? 'resolved' : 'firing',
      labels: labels[index],
      annotations: { summary: alertSentence(alert) },
      startsAt: alert.startedAt,
      endsAt: alert.resolvedAt ?? NOT_ENDED,
      generatorURL: new URL('/system', publicUrl).href,
      fingerprint: createHash('sha256').update(JSON.stringify(labels[index])).digest('hex').slice(0, 16),
    })),
  };
}

function common([first = {}, ...others]: Record<string, string>[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value)),
  );
}
