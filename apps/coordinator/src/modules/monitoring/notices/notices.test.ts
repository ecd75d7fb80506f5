import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../testing/test-database.ts';
import { newWorld, openMonitoring, server, type World } from '../testing/open-monitoring.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let database: TestDatabase;
let world: World;
let receiver: Server;
let base: string;
let received: Received[];
/** What the receiver answers, one after the other; then 200. */
let answers: number[];
let mails: string[];
let mailServer: SMTPServer;
let mailUrl: string;

beforeAll(async () => {
  database = await openTestDatabase();
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      const status = answers.shift() ?? 200;
      response
        .writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {})
        .end('who reads this?');
    });
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(',');
        mails.push(`${to}\n${Buffer.concat(chunks).toString()}`);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
  mailUrl = `smtp://127.0.0.1:${(mailServer.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  receiver.close();
  await new Promise<void>((resolve) => mailServer.close(resolve));
  await database.close();
});
beforeEach(() => {
  world = newWorld();
  [received, answers, mails] = [[], [], []];
});
afterEach(async () => {
  const tables = [
    'alert_notifications',
    'alert_channel_secrets',
    'alert_silences',
    'alerts',
    'policies',
    'system_metrics',
    'event_outbox',
  ] as const;
  for (const table of tables) await database.db.deleteFrom(table).execute();
});

const SECRET = `whsec_${Buffer.from('a secret of thirty two bytes ok!').toString('base64')}`;
const NOBODY = { notify_admin: [], notify_team: [], emergency_alert: [], log_warning: [] };
const webhook = (more: object = {}) => ({ kind: 'webhook', name: 'pager', url: `${base}/hook`, ...more });
const toPager = (channel: object = webhook(), more: object = {}) => ({
  ...{ channels: [channel], routes: { ...NOBODY, notify_admin: ['pager'] }, repeatHours: null },
  ...more,
});

/** Alice's coordinator, with one channel that hears of a busy processor. */
async function withPager(body: object = toPager(), options: Parameters<typeof openMonitoring>[2] = {}) {
  const monitoring = openMonitoring(database, world, options);
  await monitoring.call('replaceAlertChannels', { body });
  return {
    ...monitoring,
    /** Ten seconds on, at this load, and what is due is sent. */
    at: async (cpu: number, seconds = 10) => {
      world.cpu = cpu;
      await monitoring.tick(seconds);
      await monitoring.deliverNow();
    },
    notifications: async () => (await monitoring.call('listAlertNotifications')).notifications,
  };
}
const kinds = () => received.map(({ body }) => (JSON.parse(body) as { status: string }).status);
const actions = async (target: string) =>
  (await database.db.selectFrom('audit_logs').select('action').where('target', '=', target).execute()).map(
    ({ action }) => action,
  );

describe('a webhook', () => {
  it('hears once that an alert fires and once that it is over, in the form of Alertmanager', async () => {
    const pager = await withPager();
    for (const cpu of [95, 97, 20, 20]) await pager.at(cpu);
    expect(kinds()).toEqual(['firing', 'resolved']);
    expect(JSON.parse(received[0]!.body)).toEqual({
      ...{
        version: '4',
        status: 'firing',
        receiver: 'pager',
        truncatedAlerts: 0,
        groupLabels: {},
        commonAnnotations: {},
      },
      groupKey: '{}/{receiver="pager"}',
      externalURL: 'https://coordinator.example',
      commonLabels: { alertname: 'cpu_usage > 90', severity: 'critical', action: 'notify_admin' },
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'cpu_usage > 90', severity: 'critical', action: 'notify_admin' },
          annotations: { summary: 'cpu_usage > 90 (now 95)' },
          ...{ startsAt: '2026-01-01T10:00:10.000Z', endsAt: '0001-01-01T00:00:00Z' },
          generatorURL: 'https://coordinator.example/system',
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        },
      ],
    });
    expect(JSON.parse(received[1]!.body).alerts).toMatchObject([
      { status: 'resolved', endsAt: '2026-01-01T10:00:30.000Z' },
    ]);
    expect(await pager.notifications()).toMatchObject([
      { kind: 'resolved', state: 'sent', attempts: 1, error: null },
      { kind: 'fired', state: 'sent', channel: 'pager' },
    ]);
  });

  it('gets a signature that it can check, and one without a secret gets none', async () => {
    const pager = await withPager(toPager(webhook({ secret: SECRET })));
    await pager.at(95);
    await pager.call('replaceAlertChannels', { body: toPager({ ...webhook(), url: `${base}/other` }) });
    await pager.at(20);
    const [{ headers, body }, other] = [received[0]!, received[1]!];
    const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
    const key = Buffer.from(SECRET.slice(6), 'base64');
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(headers['webhook-timestamp']).toBe(String(Date.parse('2026-01-01T10:00:10Z') / 1000));
    expect(other.path).toBe('/other');
    expect(other.headers['webhook-signature'], 'the secret was for another address').toBeUndefined();
  });

  it('hears of alerts that fire together as one, and of nothing that another action names', async () => {
    const pager = await withPager();
    const rule = (condition: string, action: string) => ({ condition, action });
    await pager.call('replaceAlertRules', {
      body: {
        critical: [rule('cpu_usage > 90', 'notify_admin'), rule('server_down > 0', 'notify_admin')],
        warning: [rule('cpu_usage > 80', 'log_warning')],
      },
    });
    world.servers = [server('a', { status: 'unreachable' })];
    await pager.at(95);
    expect(received).toHaveLength(1);
    const { alerts, commonLabels } = JSON.parse(received[0]!.body);
    expect(alerts.map(({ labels }: { labels: object }) => labels)).toMatchObject([
      { alertname: 'cpu_usage > 90' },
      { alertname: 'server_down > 0', server: 'a' },
    ]);
    expect(commonLabels).toEqual({ severity: 'critical', action: 'notify_admin' });
  });

  it('hears again of what fires on, unless somebody acknowledged it', async () => {
    const pager = await withPager(toPager(webhook(), { repeatHours: 1 }));
    for (const seconds of [10, 3590, 10]) await pager.at(95, seconds);
    expect((await pager.notifications()).map(({ kind }) => kind)).toEqual(['repeated', 'fired']);
    const { alerts } = await pager.call('listAlerts');
    await pager.call('acknowledgeAlert', { params: { id: alerts[0]!.id } });
    await pager.at(95, 3600);
    expect(received).toHaveLength(2);
  });

  it('that fails is tried again under the same id, and nothing is told twice', async () => {
    answers = [500, 302];
    const pager = await withPager();
    await pager.at(95);
    expect(await pager.notifications()).toMatchObject([
      { state: 'waiting', attempts: 1, error: 'the receiver answered 500', nextAttemptAt: '2026-01-01T10:00:20.000Z' },
    ]);
    await pager.at(95);
    expect((await pager.notifications())[0]?.error, 'a redirect is not followed').toMatch(/^the receiver /);
    await pager.at(95, 20);
    expect(await pager.notifications()).toMatchObject([{ state: 'sent', attempts: 3 }]);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(received.map(({ path }) => path)).toEqual(['/hook', '/hook', '/hook']);
  });

  it('that stays away is given up, said and kept; and is tried anew when somebody asks', async () => {
    const closed = createServer();
    await once(closed.listen(0, '127.0.0.1'), 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const away = await withPager(toPager(webhook({ url: `http://127.0.0.1:${port}/hook` })));
    await away.at(95);
    for (let attempt = 1; attempt < 9; attempt += 1) await away.at(95, 10 * 2 ** (attempt - 1));
    const [failed] = await away.notifications();
    expect(failed).toMatchObject({
      state: 'failed',
      attempts: 9,
      error: 'the receiver could not be reached (ECONNREFUSED)',
    });
    expect(await actions(failed!.id)).toEqual(['alert_notification_failed']);
    await away.call('replaceAlertChannels', { body: toPager() });
    await away.call('retryAlertNotification', { params: { id: failed!.id } });
    await away.deliverNow();
    expect(kinds()).toEqual(['firing']);
    expect(await away.refusal('retryAlertNotification', { params: { id: failed!.id } })).toMatchObject({
      code: 'invalid_transition',
    });
  });

  it('is told by one of two instances', async () => {
    const again = await database.openAgain();
    const [one, two] = [await withPager(), openMonitoring(again, world, { instance: 'two' })];
    world.cpu = 95;
    await one.tick();
    await Promise.all([one.deliverNow(), two.deliverNow(), one.deliverNow(), two.deliverNow()]);
    expect(received).toHaveLength(1);
    await again.close();
  });

  it('whose notification was taken by an instance that died hears of it from another', async () => {
    const pager = await withPager();
    world.cpu = 95;
    await pager.tick();
    // As if it had been taken, and the taker was killed before it sent anything.
    const until = new Date(world.now.getTime() + 60_000);
    await database.db.updateTable('alert_notifications').set({ next_attempt_at: until, attempts: 1 }).execute();
    await pager.at(95, 50);
    expect(received).toHaveLength(0);
    await pager.at(95, 10);
    expect(received).toHaveLength(1);
  });
});

describe('a silence', () => {
  const endsAt = '2026-01-01T11:00:00.000Z';

  it('keeps what fits from being told, shows until when, and what still fires is told when it ends', async () => {
    const pager = await withPager();
    const { silence } = await pager.call('createSilence', {
      body: { condition: 'cpu_usage>90', reason: 'load test', endsAt },
    });
    expect(silence).toMatchObject({ state: 'active', condition: 'cpu_usage > 90', createdBy: 'alice', server: null });
    await pager.at(95);
    expect((await pager.call('listAlerts')).alerts).toMatchObject([{ state: 'firing', silencedUntil: endsAt }]);
    expect(received).toEqual([]);
    await pager.at(95, 3600);
    expect(kinds()).toEqual(['firing']);
    expect((await pager.call('listAlerts')).alerts).toMatchObject([{ silencedUntil: null }]);
    expect(await actions(silence.id)).toEqual(['alert_silence_created']);
  });

  it('ended by hand is over at once', async () => {
    const pager = await withPager();
    const { silence } = await pager.call('createSilence', { body: { severity: 'critical', reason: 'x', endsAt } });
    await pager.at(95);
    expect(await pager.call('endSilence', { params: { id: silence.id } })).toMatchObject({
      silence: { state: 'ended', endedBy: 'alice', endsAt: '2026-01-01T10:00:10.000Z' },
    });
    await pager.at(95);
    expect(kinds()).toEqual(['firing']);
    expect(await pager.refusal('endSilence', { params: { id: silence.id } })).toMatchObject({
      code: 'invalid_transition',
    });
    expect(await actions(silence.id)).toEqual(['alert_silence_created', 'alert_silence_ended']);
  });

  it.each([
    ['an end in the past', { endsAt: '2026-01-01T10:00:00.000Z' }, 'invalid_request'],
    ['an end before the start', { startsAt: '2026-01-02T10:00:00.000Z' }, 'invalid_request'],
    ['a month and more', { endsAt: '2026-02-01T10:00:00.000Z' }, 'invalid_request'],
    ['a condition that is none', { condition: 'cpu is high' }, 'invalid_condition'],
  ])('with %s is refused', async (_what, fields, code) => {
    const { refusal, call } = openMonitoring(database, world);
    const body = { severity: 'critical', reason: 'x', endsAt, ...fields };
    expect(await refusal('createSilence', { body })).toMatchObject({ code });
    expect((await call('listSilences')).silences).toEqual([]);
  });
});

it('a mail says what fires, to everyone on the list', async () => {
  const mailServer = { url: mailUrl, from: 'coordinator@example.org' };
  const to = ['ada@example.org', 'eve@example.org'];
  const pager = await withPager(toPager({ kind: 'email', name: 'pager', to }), { mailServer });
  await pager.at(95);
  expect(mails).toHaveLength(1);
  expect(mails[0]).toContain('ada@example.org,eve@example.org');
  expect(mails[0]).toContain('Subject: [Alert] cpu_usage > 90 (now 95)');
  expect(mails[0]).toContain('https://coordinator.example/system');
});

it('a mail without a mail server fails, and says what to set', async () => {
  const pager = await withPager(toPager({ kind: 'email', name: 'pager', to: ['ada@example.org'] }));
  expect(await pager.call('testAlertChannel', { params: { id: 'pager' } })).toMatchObject({
    ...{ delivered: false, error: 'no mail server is configured: set SMTP_URL' },
  });
});

it('a Slack-compatible receiver gets a text', async () => {
  const pager = await withPager(toPager({ kind: 'slack', name: 'pager', url: `${base}/services/T0/B0/s3cr3t` }));
  await pager.at(95);
  expect(JSON.parse(received[0]!.body)).toEqual({
    text: 'Alert\ncritical: cpu_usage > 90 (now 95), since 2026-01-01T10:00:10.000Z\nhttps://coordinator.example/system',
  });
});

describe('channels', () => {
  it('never show what is secret, in no answer, event, record or table, and keep it when it is left out', async () => {
    const slack = { kind: 'slack', name: 'chat', url: `${base}/services/T0/B0/s3cr3t-path` };
    const body = {
      channels: [webhook({ secret: SECRET }), slack],
      routes: { ...NOBODY, notify_admin: ['pager', 'chat'] },
      repeatHours: 4,
    };
    const pager = await withPager(body);
    const shown = await pager.call('showAlertChannels');
    expect(shown.channels).toEqual([
      { kind: 'webhook', name: 'pager', url: `${base}/hook`, to: null, signed: true },
      { kind: 'slack', name: 'chat', url: base, to: null, signed: false },
    ]);
    const again = { ...body, channels: [webhook(), { kind: 'slack', name: 'chat' }] };
    await pager.call('replaceAlertChannels', { body: again });
    expect(
      (await database.db.selectFrom('policies').select('version').execute()).length,
      'the same: no new version',
    ).toBe(1);
    await pager.at(95);
    expect(received.map(({ path }) => path).sort()).toEqual(['/hook', '/services/T0/B0/s3cr3t-path']);
    const everything = JSON.stringify([
      shown,
      await database.db.selectFrom('audit_logs').selectAll().where('target', '=', 'alerts').execute(),
      await database.db.selectFrom('event_outbox').selectAll().execute(),
      await database.db.selectFrom('policies').selectAll().execute(),
      await database.db.selectFrom('alert_notifications').selectAll().execute(),
      await database.db.selectFrom('alert_channel_secrets').selectAll().execute(),
    ]);
    expect(everything).not.toContain('s3cr3t-path');
    expect(everything).not.toContain(SECRET.slice(6));
  });

  it('that may not be reached, or whose address is missing, are refused as a whole', async () => {
    const { refusal, call } = openMonitoring(database, world);
    const elsewhere = toPager(webhook({ url: 'http://169.254.169.254/latest' }));
    expect(await refusal('replaceAlertChannels', { body: elsewhere })).toMatchObject({ code: 'endpoint_not_allowed' });
    const nowhere = toPager({ kind: 'slack', name: 'pager' });
    expect(await refusal('replaceAlertChannels', { body: nowhere })).toMatchObject({ code: 'invalid_request' });
    expect((await call('showAlertChannels')).channels).toEqual([]);
  });

  it('say what came of a test', async () => {
    answers = [503];
    const before = await actions('pager');
    const pager = await withPager();
    const test = () => pager.call('testAlertChannel', { params: { id: 'pager' } });
    expect(await test()).toMatchObject({ delivered: false, error: 'the receiver answered 503' });
    expect(await test()).toMatchObject({ delivered: true, error: null });
    expect((await actions('pager')).slice(before.length)).toEqual(['alert_channel_tested', 'alert_channel_tested']);
    expect(await pager.refusal('testAlertChannel', { params: { id: 'nobody' } })).toMatchObject({ code: 'not_found' });
  });
});
