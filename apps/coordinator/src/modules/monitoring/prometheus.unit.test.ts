import { expect, it } from 'vitest';
import { exposedMetrics } from './exposed-metrics.ts';
import { exposition, openMetricsText, prometheusText } from './prometheus-text.ts';
import { createRequestHistogram } from './request-histogram.ts';
import type { Snapshot } from './snapshot.ts';

const calm = { responseTime: { average: 0, p50: 0, p95: 0, p99: 0 }, errorRate: 0 };
const bytes = { totalBytes: 10, usedBytes: 4, freeBytes: 6, usage: 40 };
const snapshot = (servers: Snapshot['servers']): Snapshot => ({
  at: new Date(5_000),
  machine: {
    cpu: { usage: 50, cores: 2 },
    memory: bytes,
    disk: bytes,
    network: { receivedPerSecond: 1, sentPerSecond: 2 },
  },
  own: { ...calm, status: 'healthy', uptimeSeconds: 1 },
  servers,
  domain: { pending_approvals: 3, approval_age_hours: 2, audit_valid: 1 },
  firingAlerts: { critical: 1, warning: 0 },
});
const server = (id: string, status: 'healthy' | 'unreachable' = 'healthy') => ({
  id,
  status,
  uptimeSeconds: 1,
  calls: { list_servers: 3 },
  ...calm,
});
const process = {
  memoryUsage: () => ({ rss: 100, heapUsed: 50 }),
  cpuUsage: () => ({ user: 1_500_000, system: 500_000 }),
};

function metricsOf(servers: Snapshot['servers']) {
  const histogram = createRequestHistogram();
  histogram.observe(30, false);
  histogram.observe(30_000, true);
  const exposed = { snapshot: snapshot(servers), requests: histogram.totals(), process, startedAt: new Date(1_000) };
  return exposedMetrics(exposed);
}
const textOf = (servers: Snapshot['servers']) => prometheusText(metricsOf(servers));

it('is the text format, each family declared once before its samples', () => {
  const declared = new Map<string, string>();
  for (const line of textOf([server('a'), server('b', 'unreachable')]).split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
    if (type?.[1]) {
      expect(declared.has(type[1])).toBe(false);
      declared.set(type[1], type[2] ?? '');
    } else if (line !== '' && !line.startsWith('# HELP ')) {
      const sample = /^([a-z_][a-z0-9_]*)(\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? (\S+)$/.exec(line);
      const name = sample?.[1] ?? line;
      expect(declared.has(name) || declared.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram').toBe(true);
      expect(Number(sample?.[3])).not.toBeNaN();
    }
  }
  expect(declared.size).toBeGreaterThan(15);
});

it('tells what it knows', () => {
  const text = textOf([server('a'), server('b', 'unreachable')]);
  for (const line of [
    'mcp_coordinator_http_request_duration_seconds_bucket{le="0.05"} 1',
    'mcp_coordinator_http_request_duration_seconds_bucket{le="10"} 1',
    'mcp_coordinator_http_request_duration_seconds_bucket{le="+Inf"} 2',
    'mcp_coordinator_http_request_duration_seconds_count 2',
    'mcp_coordinator_http_requests_total{outcome="failed"} 1',
    'mcp_coordinator_server_up{server="a"} 1',
    'mcp_coordinator_server_up{server="b"} 0',
    'mcp_coordinator_server_calls_total{server="a",tool="list_servers"} 3',
    'mcp_coordinator_servers{status="unreachable"} 1',
    'mcp_coordinator_pending_approvals 3',
    'mcp_coordinator_oldest_pending_approval_seconds 7200',
    'mcp_coordinator_audit_valid 1',
    'mcp_coordinator_alerts_firing{severity="critical"} 1',
    'mcp_coordinator_system_cpu_usage_ratio 0.5',
    'process_cpu_seconds_total 2',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text, 'what is not known is not told').not.toContain('audit_lag');
});

it('escapes labels, so that no id can end its line', () => {
  expect(textOf([server('a"} 1\nevil{x="\\')])).toContain('server_up{server="a\\"} 1\\nevil{x=\\"\\\\"} 1\n');
});

it('has a bounded number of series, however many servers there are', () => {
  const many = textOf(Array.from({ length: 5_000 }, (_, index) => server(`s${index}`)));
  expect(many.match(/^mcp_coordinator_server_up\{/gm)).toHaveLength(200);
  expect(many).toContain('mcp_coordinator_servers{status="healthy"} 5000');
});

it('is OpenMetrics for who asks for it, and for nobody else', () => {
  const metrics = metricsOf([server('a')]);
  const text = openMetricsText(metrics);
  expect(text).toContain('# TYPE mcp_coordinator_http_requests counter\n');
  expect(text).toContain('mcp_coordinator_http_requests_total{outcome="failed"} 1\n');
  expect(text.endsWith('\n# EOF\n')).toBe(true);
  const typeFor = (accept: string) => exposition(metrics, accept).contentType.split(';')[0];
  expect(typeFor('application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5')).toBe(
    'application/openmetrics-text',
  );
  for (const accept of ['', '*/*', 'text/plain', 'application/openmetrics-text;q=0']) {
    expect(typeFor(accept)).toBe('text/plain');
  }
});
