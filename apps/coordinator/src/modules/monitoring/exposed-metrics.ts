import { ALERT_SEVERITIES, DOMAIN_METRICS, type DomainMetric } from '@mcp-coordinator/contract/monitoring.contract';
import { SERVER_STATUSES } from '@mcp-coordinator/contract/servers.contract';
import type { Metric, Sample } from './prometheus-text.ts';
import { DURATION_BOUNDS_SECONDS, type RequestTotals } from './request-histogram.ts';
import type { DomainFigures, ServerFigures, Snapshot } from './snapshot.ts';

/** What Node says of this process; `process` itself fits. */
export interface ProcessFigures {
  memoryUsage(): { readonly rss: number; readonly heapUsed: number };
  /** Microseconds. */
  cpuUsage(): { readonly user: number; readonly system: number };
}

export interface Exposed {
  readonly snapshot: Snapshot;
  readonly requests: RequestTotals;
  readonly process: ProcessFigures;
  readonly startedAt: Date;
}

/** A series for each server, as long as they are few; the counts by status are there however many they are. */
const SERVER_SERIES_MAX = 200;
const PREFIX = 'mcp_coordinator_';

const single = (type: 'gauge' | 'counter', name: string, help: string, value: number): Metric => ({
  name,
  help,
  type,
  samples: [{ value }],
});
const gauge = (name: string, help: string, value: number): Metric => single('gauge', PREFIX + name, help, value);

export const exposedMetrics = (exposed: Exposed): Metric[] => [
  ...processMetrics(exposed),
  ...requestMetrics(exposed.requests),
  ...systemMetrics(exposed.snapshot),
  ...serverMetrics(exposed.snapshot.servers),
  ...domainMetrics(exposed.snapshot.domain),
  {
    name: `${PREFIX}alerts_firing`,
    help: 'Alerts that fire now.',
    type: 'gauge',
    samples: ALERT_SEVERITIES.map((severity) => ({
      labels: { severity },
      value: exposed.snapshot.firingAlerts[severity],
    })),
  },
  gauge(
    'sampled_timestamp_seconds',
    'When the system and server figures were taken.',
    exposed.snapshot.at.getTime() / 1_000,
  ),
];

function processMetrics({ process: figures, startedAt }: Exposed): Metric[] {
  const { user, system } = figures.cpuUsage();
  const { rss, heapUsed } = figures.memoryUsage();
  return [
    single('counter', 'process_cpu_seconds_total', 'Processor time of this process.', (user + system) / 1e6),
    single('gauge', 'process_resident_memory_bytes', 'Resident memory of this process.', rss),
    single('gauge', 'process_start_time_seconds', 'When this process started.', startedAt.getTime() / 1_000),
    single('gauge', 'nodejs_heap_size_used_bytes', 'Heap in use.', heapUsed),
  ];
}

function requestMetrics({ atMost, count, failed, sumSeconds }: RequestTotals): Metric[] {
  const buckets: Sample[] = [
    ...DURATION_BOUNDS_SECONDS.map((bound, index) => ({
      suffix: '_bucket',
      labels: { le: String(bound) },
      value: atMost[index] ?? 0,
    })),
    { suffix: '_bucket', labels: { le: '+Inf' }, value: count },
  ];
  return [
    {
      name: `${PREFIX}http_request_duration_seconds`,
      help: 'How long HTTP requests took.',
      type: 'histogram',
      samples: [...buckets, { suffix: '_sum', value: sumSeconds }, { suffix: '_count', value: count }],
    },
    {
      name: `${PREFIX}http_requests_total`,
      help: 'HTTP requests answered; failed are those with a 5xx.',
      type: 'counter',
      samples: [
        { labels: { outcome: 'answered' }, value: count - failed },
        { labels: { outcome: 'failed' }, value: failed },
      ],
    },
  ];
}

const systemMetrics = ({ machine: { cpu, memory, disk, network } }: Snapshot): Metric[] => [
  gauge('system_cpu_usage_ratio', 'Share of the processor in use, from 0 to 1.', cpu.usage / 100),
  gauge('system_cpu_cores', 'Cores this process may use.', cpu.cores),
  gauge('system_memory_total_bytes', 'Memory of the machine, or of the container.', memory.totalBytes),
  gauge('system_memory_used_bytes', 'Memory in use.', memory.usedBytes),
  gauge('system_disk_total_bytes', 'Size of the file system that holds the data.', disk.totalBytes),
  gauge('system_disk_used_bytes', 'Used part of it.', disk.usedBytes),
  gauge('system_disk_free_bytes', 'Part of it that can still be used.', disk.freeBytes),
  gauge('system_network_receive_bytes_per_second', 'Bytes received a second.', network.receivedPerSecond),
  gauge('system_network_transmit_bytes_per_second', 'Bytes sent a second.', network.sentPerSecond),
];

/** Prometheus wants base units: whatever is kept in hours and minutes is told in seconds. */
const DOMAIN_GAUGES: Readonly<Record<DomainMetric, { name: string; help: string; factor?: number }>> = {
  pending_approvals: { name: 'pending_approvals', help: 'Proposals that wait for a decision.' },
  approval_age_hours: {
    name: 'oldest_pending_approval_seconds',
    help: 'How long the oldest of them has waited.',
    factor: 3_600,
  },
  execution_stuck_minutes: {
    name: 'execution_stuck_seconds',
    help: 'How long the execution that stands still longest has not moved.',
    factor: 60,
  },
  audit_lag_seconds: { name: 'audit_lag_seconds', help: 'Age of the oldest audit record that is not in the tree yet.' },
  audit_valid: { name: 'audit_valid', help: '1 when the last verification of the audit log found nothing, else 0.' },
  failed_logins: { name: 'failed_logins', help: 'Failed and throttled logins of the last five minutes.' },
  token_replay: {
    name: 'token_replays',
    help: 'Used approval tokens and used refresh tokens that were shown again in the last five minutes.',
  },
  backup_age_hours: { name: 'backup_age_seconds', help: 'Age of the last backup.', factor: 3_600 },
  break_glass: { name: 'break_glass_unreviewed', help: 'Approvals past the rules that nobody has reviewed yet.' },
};

const domainMetrics = (domain: DomainFigures): Metric[] =>
  DOMAIN_METRICS.flatMap((metric) => {
    const value = domain[metric];
    const { name, help, factor = 1 } = DOMAIN_GAUGES[metric];
    return value === undefined ? [] : [gauge(name, help, value * factor)];
  });

function serverMetrics(servers: readonly ServerFigures[]): Metric[] {
  const shown = [...servers].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, SERVER_SERIES_MAX);
  const each = (name: string, help: string, value: (server: ServerFigures) => number): Metric => ({
    name: PREFIX + name,
    help,
    type: 'gauge',
    samples: shown.map((server) => ({ labels: { server: server.id }, value: value(server) })),
  });
  return [
    {
      name: `${PREFIX}servers`,
      help: 'Registered servers by status.',
      type: 'gauge',
      samples: SERVER_STATUSES.map((status) => ({
        labels: { status },
        value: servers.filter((server) => server.status === status).length,
      })),
    },
    each('server_up', '1 for a server with a working link, else 0.', ({ status }) =>
      status === 'healthy' || status === 'degraded' ? 1 : 0,
    ),
    {
      name: `${PREFIX}server_response_seconds`,
      help: 'How long its answers took lately, by percentile.',
      type: 'gauge',
      samples: shown.flatMap(({ id, responseTime: { p50, p95, p99 } }) =>
        Object.entries({ 50: p50, 95: p95, 99: p99 }).map(([percentile, ms]) => ({
          labels: { server: id, percentile },
          value: ms / 1_000,
        })),
      ),
    },
    {
      name: `${PREFIX}server_calls_total`,
      help: 'Calls by tool since this instance has the link.',
      type: 'counter',
      samples: shown.flatMap(({ id, calls }) =>
        Object.entries(calls).map(([tool, value]) => ({ labels: { server: id, tool }, value })),
      ),
    },
    each(
      'server_error_ratio',
      'Share of its calls that failed lately, from 0 to 1.',
      ({ errorRate }) => errorRate / 100,
    ),
  ];
}
