import type { AlertRules } from '@mcp-coordinator/contract/monitoring.contract';
import { DEFAULT_ALERT_RULES } from '@mcp-coordinator/core/alerts/default-rules';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { ALICE, newWorld, openMonitoring, server, type World } from './testing/open-monitoring.ts';

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  world = newWorld();
  for (const table of ['system_metrics', 'event_outbox', 'alerts', 'policies'] as const)
    await database.db.deleteFrom(table).execute();
  auditedBefore = await auditCount();
});

let auditedBefore = 0;
const auditCount = async () => {
  const { n } = await database.db
    .selectFrom('audit_logs')
    .select((eb) => eb.fn.countAll().as('n'))
    .executeTakeFirstOrThrow();
  return Number(n);
};
/** The records of this test; the log itself can only grow. */
const audited = () =>
  database.db
    .selectFrom('audit_logs')
    .select(['action', 'actor', 'target', 'details', 'request_id'])
    .orderBy(sql`ctid`)
    .offset(auditedBefore)
    .execute();
const actions = async () => (await audited()).map(({ action }) => action);
const events = async () =>
  (
    await database.db
      .selectFrom('event_outbox')
      .select(['event', 'channel'])
      .where('channel', '=', 'alerts')
      .orderBy('id')
      .execute()
  ).map(({ event }) => event);
const rules = (...conditions: string[]): AlertRules => ({
  critical: [],
  warning: conditions.map((condition) => ({ condition, action: 'log_warning' })),
});

describe('alert rules', () => {
  it('are those of the source document until somebody replaces them', async () => {
    expect((await openMonitoring(database, world).call('showAlertRules')).alerts).toEqual(DEFAULT_ALERT_RULES);
  });

  it('are replaced as a new version, with record and event, before and after in it', async () => {
    const { call } = openMonitoring(database, world);
    await call('replaceAlertRules', { body: rules('cpu_usage > 50') });
    await call('replaceAlertRules', { body: rules('cpu_usage > 60') });
    expect((await call('showAlertRules')).alerts).toEqual(rules('cpu_usage > 60'));
    const records = await audited();
    expect(records).toHaveLength(2);
    expect(records[1]).toMatchObject({
      action: 'alert_rules_changed',
      actor: 'alice',
      target: 'alerts',
      request_id: 'req-7',
      details: { version: 2, before: rules('cpu_usage > 50'), after: rules('cpu_usage > 60') },
    });
    expect(await events()).toEqual(['alert_rules.changed', 'alert_rules.changed']);
  });

  it('leave no trace when they are the same again', async () => {
    const { call } = openMonitoring(database, world);
    await call('replaceAlertRules', { body: DEFAULT_ALERT_RULES });
    expect(await actions()).toEqual([]);
    expect(await database.db.selectFrom('policies').selectAll().execute()).toEqual([]);
  });

  it('are refused as a whole when a condition is bad, each one named by its place', async () => {
    const { refusal, call } = openMonitoring(database, world);
    const body = rules('cpu_usage > 1', 'gpu_usage > 1', 'cpu_usage{server="a"} > 1', 'cpu_usage>1');
    const { code, errors } = await refusal('replaceAlertRules', { body });
    expect(code).toBe('invalid_condition');
    expect(errors?.map(({ path }) => path)).toEqual([
      '/warning/1/condition',
      '/warning/2/condition',
      '/warning/3/condition',
    ]);
    expect((await call('showAlertRules')).alerts).toEqual(DEFAULT_ALERT_RULES);
    expect(await actions()).toEqual([]);
    expect(await events()).toEqual([]);
  });

  it('by two people at once become two versions', async () => {
    const again = await database.openAgain();
    const one = openMonitoring(database, world);
    const two = openMonitoring(again, world);
    await Promise.all([
      one.call('replaceAlertRules', { body: rules('cpu_usage > 1') }),
      two.call('replaceAlertRules', { body: rules('cpu_usage > 2') }),
    ]);
    const versions = await database.db
      .selectFrom('policies')
      .select('version')
      .where('name', '=', 'alerts')
      .orderBy('version')
      .execute();
    expect(versions.map(({ version }) => version)).toEqual([1, 2]);
    await again.close();
  });
});

it('a rule that is tried says when it would have fired, changes nothing, and is refused when it is none', async () => {
  const { tick, call, refusal } = openMonitoring(database, world);
  await openMonitoring(database, world, { instance: 'idle' }).sampleNow();
  for (const cpu of [50, 95, 96, 50]) {
    world.cpu = cpu;
    await tick();
  }
  world.now = new Date(world.now.getTime() + 1);
  const before = await audited();
  const tested = await call('testAlertRule', { body: { condition: 'cpu_usage>90 for 10s', hours: 1 } });
  expect(tested).toMatchObject({
    condition: 'cpu_usage > 90 for 10s',
    to: '2026-01-01T10:00:40.001Z',
    series: [
      {
        ...{ server: null, samples: 5, fired: 1 },
        firings: [
          {
            startedAt: '2026-01-01T10:00:20.000Z',
            firedAt: '2026-01-01T10:00:30.000Z',
            resolvedAt: '2026-01-01T10:00:40.000Z',
          },
        ],
      },
    ],
  });
  expect(await audited()).toEqual(before);
  expect(await refusal('testAlertRule', { body: { condition: 'cpu > 1' } })).toMatchObject({
    code: 'invalid_condition',
    errors: [{ path: '/condition' }],
  });
});

describe('an alert', () => {
  it('fires, is told of once, and resolves', async () => {
    const { tick, told, call } = openMonitoring(database, world);
    world.cpu = 95;
    expect(await tick()).toMatchObject([
      { condition: 'cpu_usage > 90', severity: 'critical', state: 'firing', value: 95, server: null },
    ]);
    world.cpu = 97;
    expect(await tick()).toEqual([]);
    const { alerts, total } = await call('listAlerts', { query: { status: 'firing' } });
    expect(total).toBe(1);
    expect(alerts).toMatchObject([
      { value: 97, firedAt: '2026-01-01T10:00:10.000Z', resolvedAt: null, action: 'notify_admin' },
    ]);
    world.cpu = 20;
    await tick();
    expect((await call('listAlerts')).alerts).toMatchObject([
      { state: 'resolved', value: 20, resolvedAt: '2026-01-01T10:00:30.000Z' },
    ]);
    expect(told).toEqual(['notify_admin cpu_usage > 90 - firing', 'notify_admin cpu_usage > 90 - resolved']);
    expect(await actions()).toEqual(['alert_fired', 'alert_resolved']);
    expect(await events()).toEqual(['alert.fired', 'alert.resolved']);
    expect((await audited())[0]).toMatchObject({
      actor: 'system',
      target: alerts[0]?.id,
      details: { value: 95, severity: 'critical' },
    });
  });

  it('waits as pending for its duration, and leaves nothing when it passes', async () => {
    const { tick, call, told } = openMonitoring(database, world);
    await call('replaceAlertRules', { body: rules('cpu_usage > 90 for 20s') });
    world.cpu = 95;
    await tick();
    expect((await call('listAlerts', { query: { status: 'pending' } })).total).toBe(1);
    world.cpu = 5;
    await tick();
    expect((await call('listAlerts')).total).toBe(0);
    world.cpu = 95;
    for (let times = 0; times < 3; times += 1) await tick();
    expect((await call('listAlerts')).alerts).toMatchObject([
      { state: 'firing', startedAt: '2026-01-01T10:00:30.000Z', firedAt: '2026-01-01T10:00:50.000Z' },
    ]);
    expect(told).toEqual(['log_warning cpu_usage > 90 for 20s - firing']);
    expect(await events()).toEqual([
      'alert_rules.changed',
      'alert.pending',
      'alert.cleared',
      'alert.pending',
      'alert.fired',
    ]);
    expect(await actions()).toEqual(['alert_rules_changed', 'alert_fired']);
  });

  it('is one for each server, and ends with the server or with its rule', async () => {
    const { tick, call, told } = openMonitoring(database, world);
    await call('replaceAlertRules', { body: rules('server_down > 0', 'response_time{server="a"} > 100') });
    world.servers = [
      server('a'),
      server('b', { status: 'unreachable', uptimeSeconds: null }),
      server('c', { status: 'unreachable' }),
    ];
    await tick();
    expect(told.splice(0).sort()).toEqual([
      'log_warning response_time{server="a"} > 100 a firing',
      'log_warning server_down > 0 b firing',
      'log_warning server_down > 0 c firing',
    ]);
    world.servers = world.servers.filter(({ id }) => id !== 'c');
    await tick();
    expect(told.splice(0)).toEqual(['log_warning server_down > 0 c resolved']);
    await call('replaceAlertRules', { body: rules('server_down > 0') });
    await tick();
    expect(told.splice(0)).toEqual(['log_warning response_time{server="a"} > 100 a resolved']);
    world.servers = [server('a'), server('b')];
    await tick();
    expect(told).toEqual(['log_warning server_down > 0 b resolved']);
  });

  it('keeps firing when nothing is measured any more', async () => {
    const { tick, evaluateNow, call } = openMonitoring(database, world);
    world.cpu = 95;
    await tick();
    world.now = new Date(world.now.getTime() + 600_000);
    expect(await evaluateNow()).toEqual([]);
    expect((await call('listAlerts', { query: { status: 'firing' } })).total).toBe(1);
  });

  it('does not come and go with whichever of two instances sampled last', async () => {
    const again = await database.openAgain();
    const idle = { ...newWorld(), cpu: 5 };
    const one = openMonitoring(database, world, { instance: 'one' });
    const two = openMonitoring(again, idle, { instance: 'two' });
    world.cpu = 95;
    for (let times = 0; times < 3; times += 1) {
      await one.tick();
      await two.tick();
    }
    expect([...one.told, ...two.told]).toEqual(['notify_admin cpu_usage > 90 - firing']);
    await again.close();
  });

  it('is judged once when two instances look at the same moment', async () => {
    const again = await database.openAgain();
    const one = openMonitoring(database, world, { instance: 'one' });
    const two = openMonitoring(again, world, { instance: 'two' });
    world.cpu = 95;
    await one.sampleNow();
    await Promise.all([one.evaluateNow(), two.evaluateNow(), one.evaluateNow(), two.evaluateNow()]);
    expect([...one.told, ...two.told]).toHaveLength(1);
    expect(await actions()).toEqual(['alert_fired']);
    await again.close();
  });

  it('goes on where another instance left off', async () => {
    const first = openMonitoring(database, world);
    await first.call('replaceAlertRules', { body: rules('cpu_usage > 90 for 20s') });
    world.cpu = 95;
    await first.tick();
    const second = openMonitoring(database, world, { instance: 'two' });
    await second.tick();
    expect(await second.tick()).toMatchObject([{ state: 'firing', startedAt: '2026-01-01T10:00:10.000Z' }]);
  });

  it('leaves nothing behind when its record cannot be written', async () => {
    const { tick, told } = openMonitoring(database, world);
    world.cpu = 95;
    await sql`create function refuse_record() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`.execute(
      database.db,
    );
    await sql`create trigger refuse_record before insert on audit_logs for each row execute function refuse_record()`.execute(
      database.db,
    );
    await expect(tick()).rejects.toThrow();
    await sql`drop trigger refuse_record on audit_logs`.execute(database.db);
    expect(told).toEqual([]);
    expect(await events()).toEqual([]);
    expect(await database.db.selectFrom('alerts').selectAll().execute()).toEqual([]);
  });
});

describe('acknowledging', () => {
  async function firing() {
    const opened = openMonitoring(database, world);
    world.cpu = 95;
    const [alert] = await opened.tick();
    return { ...opened, id: alert?.id ?? '' };
  }
  const bob = { ...ALICE, actor: 'bob', username: 'bob' };

  it('names who looks after it, once, and stays through to the end', async () => {
    const { call, id, tick } = await firing();
    const { alert } = await call('acknowledgeAlert', { params: { id } });
    expect(alert).toMatchObject({
      acknowledgedBy: 'alice',
      acknowledgedAt: '2026-01-01T10:00:10.000Z',
      state: 'firing',
    });
    await call('acknowledgeAlert', { params: { id } });
    expect(await actions()).toEqual(['alert_fired', 'alert_acknowledged']);
    expect(await events()).toEqual(['alert.fired', 'alert.acknowledged']);
    world.cpu = 1;
    await tick();
    expect((await call('listAlerts')).alerts).toMatchObject([{ state: 'resolved', acknowledgedBy: 'alice' }]);
  });

  it('is refused for someone else, for what is over, and for what is not there', async () => {
    const { call, refusal, id, tick } = await firing();
    expect((await refusal('acknowledgeAlert', { params: { id: 'alert_none' } })).code).toBe('not_found');
    await call('acknowledgeAlert', { params: { id } });
    expect((await refusal('acknowledgeAlert', { params: { id }, caller: bob })).code).toBe('invalid_transition');
    world.cpu = 1;
    await tick();
    expect((await refusal('acknowledgeAlert', { params: { id }, caller: bob })).code).toBe('invalid_transition');
    expect(await actions()).toEqual(['alert_fired', 'alert_acknowledged', 'alert_resolved']);
  });

  it('by two people at once has one of them', async () => {
    const { id, handlers } = await firing();
    const by = (caller: typeof ALICE) =>
      handlers.acknowledgeAlert({
        params: { id },
        query: undefined,
        body: undefined,
        caller,
        requestId: 'r',
        address: '::1',
        userAgent: '',
      });
    const answers = await Promise.all([by(ALICE), by(bob)]);
    expect(answers.filter((answer) => 'refusal' in answer)).toHaveLength(1);
    expect((await actions()).filter((action) => action === 'alert_acknowledged')).toHaveLength(1);
  });
});

it('lists alerts newest first, page by page', async () => {
  const { tick, call, refusal } = openMonitoring(database, world);
  for (let times = 0; times < 5; times += 1) {
    world.cpu = 95;
    await tick();
    world.cpu = 5;
    await tick();
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await call('listAlerts', { query: { limit: '2', cursor } });
    expect(page).toMatchObject({ total: 5, totalRelation: 'eq', pageSize: 2 });
    seen.push(...page.alerts.map(({ startedAt }) => startedAt));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toHaveLength(5);
  expect(seen).toEqual([...seen].sort().reverse());
  expect((await call('listAlerts', { query: { limit: '2', offset: '4' } })).alerts).toHaveLength(1);
  expect((await refusal('listAlerts', { query: { cursor: 'nonsense' } })).code).toBe('invalid_request');
});
