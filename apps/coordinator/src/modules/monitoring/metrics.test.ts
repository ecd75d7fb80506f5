import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { newWorld, openMonitoring, server, type World } from './testing/open-monitoring.ts';

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  world = newWorld();
  await database.db.deleteFrom('system_metrics').execute();
  await database.db.deleteFrom('event_outbox').execute();
});

const values = () =>
  database.db
    .selectFrom('system_metrics')
    .select(['metric', 'server', 'value'])
    .orderBy('metric')
    .orderBy('server')
    .execute();

describe('GET /metrics/system', () => {
  it('answers in the shape of the source, before the first tick', async () => {
    const { call } = openMonitoring(database, world);
    const { metrics } = await call('showSystemMetrics');
    expect(metrics).toEqual({
      timestamp: '2026-01-01T10:00:00.000Z',
      system: {
        cpu: { usage: 10, cores: 8 },
        memory: { total: 100, used: 50, free: 50, usage: 50 },
        disk: { total: 100, used: 50, free: 50, usage: 50 },
        network: { incoming: 1024, outgoing: 2048 },
      },
      services: {
        'integration-coordinator': {
          status: 'healthy',
          uptime: 0,
          responseTime: { average: 0, p50: 0, p95: 0, p99: 0 },
          errorRate: 0,
          calls: {},
        },
      },
    });
  });

  it('shows the coordinator itself by what it answered, and every registered server', async () => {
    world.servers = [
      server('compliance-server', { errorRate: 0.2 }),
      server('integration-coordinator', { errorRate: 99 }),
    ];
    const { call, observeRequest, tick } = openMonitoring(database, world);
    observeRequest(100, false);
    observeRequest(300, true);
    await tick(60);
    expect((await call('showSystemMetrics')).metrics.services).toEqual({
      'integration-coordinator': {
        status: 'healthy',
        uptime: 60,
        responseTime: { average: 200, p50: expect.closeTo(105, 0), p95: 300, p99: 300 },
        errorRate: 50,
        calls: {},
      },
      'compliance-server': {
        status: 'healthy',
        uptime: 60,
        responseTime: { average: 200, p50: 150, p95: 500, p99: 800 },
        errorRate: 0.2,
        calls: {},
      },
    });
  });
});

describe('a sample', () => {
  it('is kept, and published as an event in the same transaction', async () => {
    world.domain = { pending_approvals: 4 };
    await openMonitoring(database, world).sampleNow();
    expect(await values()).toEqual([
      { metric: 'cpu_usage', server: '', value: 10 },
      { metric: 'disk_usage', server: '', value: 50 },
      { metric: 'error_rate', server: 'integration-coordinator', value: 0 },
      { metric: 'memory_usage', server: '', value: 50 },
      { metric: 'network_incoming', server: '', value: 1024 },
      { metric: 'network_outgoing', server: '', value: 2048 },
      { metric: 'pending_approvals', server: '', value: 4 },
      { metric: 'response_time', server: 'integration-coordinator', value: 0 },
      { metric: 'response_time_p50', server: 'integration-coordinator', value: 0 },
      { metric: 'response_time_p95', server: 'integration-coordinator', value: 0 },
      { metric: 'response_time_p99', server: 'integration-coordinator', value: 0 },
      { metric: 'server_down', server: 'integration-coordinator', value: 0 },
    ]);
    const events = await database.db.selectFrom('event_outbox').select(['channel', 'event', 'data']).execute();
    expect(events).toMatchObject([
      {
        channel: 'metrics',
        event: 'metrics.sampled',
        data: { system: { cpu: { usage: 10 } }, timestamp: '2026-01-01T10:00:00.000Z' },
      },
    ]);
  });

  it('keeps of a server what was measured, and nothing of what was not', async () => {
    world.servers = [
      server('linked'),
      server('elsewhere', { uptimeSeconds: null }),
      server('gone', { status: 'unreachable', uptimeSeconds: null }),
      server('new', { status: 'unknown', uptimeSeconds: null }),
    ];
    await openMonitoring(database, world).sampleNow();
    const ofServers = (await values()).filter(({ server: id }) => !['', 'integration-coordinator'].includes(id));
    expect(ofServers.map(({ metric, server: id, value }) => `${id} ${metric} ${value}`).sort()).toEqual([
      'elsewhere server_down 0',
      'gone server_down 1',
      'linked error_rate 0',
      'linked response_time 200',
      'linked response_time_p50 150',
      'linked response_time_p95 500',
      'linked response_time_p99 800',
      'linked server_down 0',
    ]);
  });

  it('of two instances at the same moment keeps both', async () => {
    await openMonitoring(database, world, { instance: 'one' }).sampleNow();
    await openMonitoring(database, world, { instance: 'two' }).sampleNow();
    expect((await values()).filter(({ metric }) => metric === 'cpu_usage')).toHaveLength(2);
  });

  it('is taken once when two ask at once', async () => {
    const { sampleNow } = openMonitoring(database, world);
    await Promise.all([sampleNow(), sampleNow(), sampleNow()]);
    expect((await values()).filter(({ metric }) => metric === 'cpu_usage')).toHaveLength(1);
  });

  it('of thousands of servers is stored at once, and its event leaves them out', async () => {
    world.servers = Array.from({ length: 3_000 }, (_, index) => server(`s${index}`));
    await openMonitoring(database, world).sampleNow();
    expect(await values()).toHaveLength(12 + 6 * 3_000);
    const { data } = await database.db.selectFrom('event_outbox').select('data').executeTakeFirstOrThrow();
    expect(Object.keys(data['services'] as object)).toEqual(['integration-coordinator']);
    expect(data['serversLeftOut']).toBe(3_000);
  });
});

describe('GET /metrics/history', () => {
  async function measured() {
    const opened = openMonitoring(database, world);
    for (const cpu of [10, 20, 60, 80]) {
      world.cpu = cpu;
      await opened.sampleNow();
      world.now = new Date(world.now.getTime() + 30_000);
    }
    return opened;
  }

  it('gathers samples in steps, oldest first', async () => {
    const { call } = await measured();
    const answer = await call('showMetricsHistory', { query: { metric: 'cpu_usage', step: '60' } });
    expect(answer).toMatchObject({ metric: 'cpu_usage', server: null, step: 60 });
    expect(answer.points).toEqual([
      { timestamp: '2026-01-01T10:00:00.000Z', value: 15, average: 15, min: 10, max: 20 },
      { timestamp: '2026-01-01T10:01:00.000Z', value: 70, average: 70, min: 60, max: 80 },
    ]);
  });

  it('answers within the time asked for, its end not included', async () => {
    const { call } = await measured();
    const query = { metric: 'cpu_usage', step: '30', from: '2026-01-01T10:00:30.000Z', to: '2026-01-01T10:01:30.000Z' };
    expect((await call('showMetricsHistory', { query })).points.map(({ average }) => average)).toEqual([20, 60]);
  });

  it('answers for a server, and for the coordinator where none is named', async () => {
    world.servers = [server('a')];
    const { call } = await measured();
    const of = async (id?: string) =>
      call('showMetricsHistory', { query: { metric: 'response_time', step: '3600', server: id } });
    expect(await of('a')).toMatchObject({ server: 'a', points: [{ average: 200 }] });
    expect(await of()).toMatchObject({ server: 'integration-coordinator', points: [{ average: 0 }] });
    expect(await of('nobody')).toMatchObject({ server: 'nobody', points: [] });
  });

  it.each([
    [{ metric: 'cpu_usage', server: 'a' }, '/query/server'],
    [{ metric: 'cpu_usage', from: '2027-01-01T00:00:00Z' }, '/query/from'],
    [{ metric: 'cpu_usage', from: '2020-01-01T00:00:00Z', step: 10 }, '/query/step'],
  ])('refuses %j', async (query, path) => {
    const { code, errors } = await openMonitoring(database, world).refusal('showMetricsHistory', { query });
    expect(code).toBe('invalid_request');
    expect(errors?.map((error) => error.path)).toEqual([path]);
  });
});

it('removes what is older than the retention, however much', async () => {
  const { sampleNow, pruneNow } = openMonitoring(database, world);
  world.servers = Array.from({ length: 3_000 }, (_, index) => server(`s${index}`));
  await sampleNow();
  world.servers = [];
  world.now = new Date('2026-01-31T09:59:00.000Z');
  expect(await pruneNow()).toBe(0);
  await sampleNow();
  world.now = new Date('2026-01-31T10:00:01.000Z');
  expect(await pruneNow()).toBe(18_012);
  expect(await values()).toHaveLength(12);
});

it('keeps what is old coarser, with the same mean, lowest and highest, however often it is done', async () => {
  const { sampleNow, rollUpNow, call } = openMonitoring(database, world);
  for (let second = 0; second < 1_200; second += 10) {
    world.now = new Date(Date.parse('2026-01-01T10:00:00.000Z') + second * 1_000);
    world.cpu = second % 70;
    await sampleNow();
  }
  const history = async () =>
    (
      await call('showMetricsHistory', {
        query: { metric: 'cpu_usage', from: '2026-01-01T10:00:00.000Z', to: '2026-01-01T10:20:00.000Z', step: 600 },
      })
    ).points;
  const rows = async () => (await values()).filter(({ metric }) => metric === 'cpu_usage').length;
  const asSampled = await history();
  expect(asSampled).toHaveLength(2);
  await rollUpNow();
  expect(await rows()).toBe(120);
  world.now = new Date('2026-01-02T10:10:30.000Z');
  await rollUpNow();
  expect(await rows(), 'the first ten minutes, by the minute').toBe(10 + 60);
  expect(await history()).toEqual(asSampled);
  world.now = new Date('2026-01-08T10:20:00.000Z');
  await Promise.all([rollUpNow(), rollUpNow()]);
  expect(await rows()).toBe(2);
  expect(await history()).toEqual(asSampled);
});

it('has text for Prometheus, even when the database is away', async () => {
  const closed = await openTestDatabase();
  const { sampleNow, prometheus, call } = openMonitoring(closed, world);
  await sampleNow();
  await closed.close();
  world.cpu = 70;
  await expect(sampleNow()).rejects.toThrow();
  expect((await prometheus('')).text).toContain('mcp_coordinator_system_cpu_usage_ratio 0.7\n');
  await expect(sampleNow()).rejects.toThrow();
  expect((await call('showSystemMetrics')).metrics.services['integration-coordinator']?.status).toBe('degraded');
});

it('starts with a sample and a look at the rules, and stops', async () => {
  const { start, stop, call } = openMonitoring(database, world);
  await start();
  expect((await values()).length).toBeGreaterThan(0);
  await stop();
  expect((await call('showSystemMetrics')).metrics.system.cpu.cores).toBe(8);
});
