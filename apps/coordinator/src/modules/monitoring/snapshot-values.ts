import { DOMAIN_METRICS, type Metric } from '@mcp-coordinator/contract/monitoring.contract';
import type { RequestFigures } from './request-window.ts';
import { OWN_SERVICE, type ServerFigures, type Snapshot } from './snapshot.ts';

/** One value of one series. `server` is empty for the machine's own. */
export interface MetricValue {
  readonly metric: Metric;
  readonly server: string;
  readonly value: number;
}

/** What is kept of a snapshot. What was not measured has no value: history and alerts must not take it for zero. */
export function snapshotValues({ machine, own, servers, domain }: Snapshot): MetricValue[] {
  const ofMachine = (metric: Metric, value: number): MetricValue => ({ metric, server: '', value });
  return [
    ofMachine('cpu_usage', machine.cpu.usage),
    ofMachine('memory_usage', machine.memory.usage),
    ofMachine('disk_usage', machine.disk.usage),
    ofMachine('network_incoming', machine.network.receivedPerSecond),
    ofMachine('network_outgoing', machine.network.sentPerSecond),
    ...DOMAIN_METRICS.flatMap((metric) => (domain[metric] === undefined ? [] : [ofMachine(metric, domain[metric])])),
    ...requestValues(OWN_SERVICE, own),
    { metric: 'server_down', server: OWN_SERVICE, value: 0 },
    ...servers.filter(({ id }) => id !== OWN_SERVICE).flatMap(serverValues),
  ];
}

const requestValues = (server: string, { responseTime, errorRate }: RequestFigures): MetricValue[] => [
  { metric: 'response_time', server, value: responseTime.average },
  { metric: 'response_time_p50', server, value: responseTime.p50 },
  { metric: 'response_time_p95', server, value: responseTime.p95 },
  { metric: 'response_time_p99', server, value: responseTime.p99 },
  { metric: 'error_rate', server, value: errorRate },
];

const serverValues = (server: ServerFigures): MetricValue[] => [
  ...(server.uptimeSeconds === null ? [] : requestValues(server.id, server)),
  ...(server.status === 'unknown'
    ? []
    : [{ metric: 'server_down', server: server.id, value: server.status === 'unreachable' ? 1 : 0 } as const]),
];
