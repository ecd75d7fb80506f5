import { systemMetricsSchema } from '@mcp-coordinator/contract/monitoring.contract';
import { DEFAULT_ALERT_RULES } from '@mcp-coordinator/core/alerts/default-rules';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/harness.ts';
import { newWorld, openMonitoring } from './testing/open-monitoring.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

it('GET /metrics/system answers right after the start, with the machine this runs on', async () => {
  const { status, body } = await app.admin('GET', '/metrics/system');
  expect([status, body.success]).toEqual([200, true]);
  const { system, services } = systemMetricsSchema.parse(body.metrics);
  expect(system.cpu.cores).toBeGreaterThan(0);
  expect(system.memory.total).toBeGreaterThan(0);
  expect(system.disk.total).toBeGreaterThan(0);
  expect(services['integration-coordinator']?.status).toBe('healthy');
});

it('GET /metrics/history has the first sample', async () => {
  const { body } = await app.admin('GET', '/metrics/history?metric=memory_usage');
  expect(body).toMatchObject({ success: true, metric: 'memory_usage', server: null, step: 60 });
  expect(body.points.length).toBeGreaterThan(0);
  expect((await app.admin('GET', '/metrics/history?metric=gpu_usage')).status).toBe(422);
});

it('PUT /alerts/rules names each bad condition, and changes nothing', async () => {
  const bad = { critical: [{ condition: 'cpu_usage => 90', action: 'notify_admin' }], warning: [] };
  const { status, body } = await app.admin('PUT', '/alerts/rules', bad);
  expect([status, body.code]).toEqual([422, 'invalid_condition']);
  expect(body.errors).toMatchObject([{ path: '/critical/0/condition' }]);
  expect((await app.admin('GET', '/alerts/rules')).body.alerts).toEqual(DEFAULT_ALERT_RULES);
});

it('an alert that another instance fired shows in the list and is acknowledged', async () => {
  const world = { ...newWorld(), now: app.now(), cpu: 99 };
  await openMonitoring(app.database, world, { instance: 'another' }).tick(0);
  const { body } = await app.admin('GET', '/alerts?status=firing');
  expect(body.alerts).toMatchObject([{ condition: 'cpu_usage > 90', severity: 'critical', action: 'notify_admin' }]);
  const acknowledged = await app.admin('POST', `/alerts/${body.alerts[0].id}/acknowledge`);
  expect(acknowledged.body.alert).toMatchObject({ acknowledgedBy: 'admin' });
  expect((await app.admin('POST', '/alerts/alert_none/acknowledge')).status).toBe(404);
  expect(await app.auditActions()).toEqual(expect.arrayContaining(['alert_fired', 'alert_acknowledged']));
});

it('PUT /alerts/rules takes good ones', async () => {
  const rules = { critical: [{ condition: 'disk_usage > 99 for 5m', action: 'emergency_alert' }], warning: [] };
  expect((await app.admin('PUT', '/alerts/rules', rules)).body).toEqual({ success: true, alerts: rules });
  expect((await app.admin('GET', '/alerts/rules')).body.alerts).toEqual(rules);
  expect(await app.auditActions()).toContain('alert_rules_changed');
});

it('viewers and approvers see, only admins change, users see nothing', async () => {
  const viewer = await app.person('viewer');
  const user = await app.person('user');
  expect((await viewer.ask('GET', '/metrics/system')).status).toBe(200);
  expect((await viewer.ask('GET', '/alerts')).status).toBe(200);
  expect((await viewer.ask('PUT', '/alerts/rules', DEFAULT_ALERT_RULES)).status).toBe(403);
  expect((await user.ask('GET', '/metrics/system')).status).toBe(403);
  expect((await app.anyone('GET', '/metrics/system')).status).toBe(401);
});

it('GET /metrics counts the requests that were made', async () => {
  const { status, headers, body } = await app.admin('GET', '/metrics');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const count = /^mcp_coordinator_http_request_duration_seconds_count (\d+)$/m.exec(body)?.[1];
  expect(Number(count)).toBeGreaterThan(5);
});
