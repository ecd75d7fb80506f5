import type { AlertSeverity, DomainMetric, SystemMetrics } from '@mcp-coordinator/contract/monitoring.contract';
import type { ServerStatus } from '@mcp-coordinator/contract/servers.contract';
import { type MachineFigures, toSystemMetrics } from './machine-figures.ts';
import type { RequestFigures } from './request-window.ts';

/** The name under which the coordinator's own figures stand, in answers and in conditions. */
export const OWN_SERVICE = 'integration-coordinator';

/** One registered server. `uptimeSeconds` is null where this instance has no link to it: then it measured nothing. */
export interface ServerFigures extends RequestFigures {
  readonly id: string;
  readonly status: ServerStatus;
  readonly uptimeSeconds: number | null;
  readonly calls: Readonly<Record<string, number>>;
}

/** What is not known is not there. */
export type DomainFigures = Readonly<Partial<Record<DomainMetric, number>>>;

/** Everything that was seen at one time. */
export interface Snapshot {
  readonly at: Date;
  readonly machine: MachineFigures;
  readonly own: RequestFigures & { readonly status: ServerStatus; readonly uptimeSeconds: number };
  readonly servers: readonly ServerFigures[];
  readonly domain: DomainFigures;
  readonly firingAlerts: Readonly<Record<AlertSeverity, number>>;
}

export function toMetrics({ at, machine, own, servers }: Snapshot): SystemMetrics {
  const services: SystemMetrics['services'] = {};
  // The own one last, so that no server can take its name.
  for (const { id, ...figures } of [...servers, { id: OWN_SERVICE, calls: {}, ...own }]) {
    const { status, uptimeSeconds, responseTime, errorRate, calls } = figures;
    services[id] = { status, uptime: uptimeSeconds, responseTime, errorRate, calls };
  }
  return { timestamp: at.toISOString(), system: toSystemMetrics(machine), services };
}
