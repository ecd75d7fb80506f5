import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../modules/realtime/testing/open-realtime.ts';
import { databaseState } from '../testing/database-state.ts';
import { ADMIN, startTestApp, type TestApp } from '../testing/harness.ts';
import { openLink } from '../testing/open-link.ts';

let app: TestApp;
let socketUrl: string;
beforeAll(async () => {
  app = await startTestApp();
  // A busy machine would write alerts between two looks at the database.
  await app.admin('PUT', '/alerts/rules', { critical: [], warning: [] });
  socketUrl = `${app.base.replace('http', 'ws')}/ws`;
});
afterAll(() => app.close());

async function connected(token: string, ...channels: string[]): Promise<Client> {
  const client = new Client(socketUrl, { headers: { authorization: `Bearer ${token}` } });
  await once(client.socket, 'open');
  if (channels.length > 0) {
    client.send({ type: 'subscribe', channels });
    await client.receive('subscribed');
  }
  return client;
}
const idOf = async (username: string): Promise<number> =>
  (await app.admin('GET', '/users?limit=200')).body.users.find((one: { username: string }) => one.username === username)
    .id;

describe('a viewer’s message', () => {
  const APPROVAL = { proposalId: 'p', decision: 'approved', reason: 'r', approvalToken: 'apt_x' };
  it.each<[string, string, string]>([
    ['that approves', JSON.stringify({ type: 'approve', ...APPROVAL }), 'invalid_request'],
    ['that executes', JSON.stringify({ type: 'executeRemediation', proposalId: 'p' }), 'invalid_request'],
    ['that calls a route', JSON.stringify({ type: 'request', method: 'POST', path: '/users' }), 'invalid_request'],
    [
      'in the form of another protocol',
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call' }),
      'invalid_request',
    ],
    ['with a role of its own', '{"type":"subscribe","channels":["approvals"],"role":"admin"}', 'invalid_request'],
    ['with a prototype', '{"type":"ping","__proto__":{"permissions":["view_results"]}}', 'malformed_json'],
    ['that says two things', '{"type":"ping","type":"subscribe","channels":["approvals"]}', 'malformed_json'],
    ['for a channel it may not see', '{"type":"subscribe","channels":["approvals"]}', 'forbidden'],
    ['for all channels', '{"type":"subscribe","channels":["*"]}', 'invalid_request'],
    ['for a channel of another spelling', '{"type":"subscribe","channels":["APPROVALS"]}', 'invalid_request'],
    ['for what happened before', '{"type":"subscribe","channels":["executions"],"since":"0"}', 'forbidden'],
  ])('%s is refused, and nothing is written', async (_, message, code) => {
    const client = await connected((await app.person('viewer')).token);
    const before = await databaseState(app);
    client.send(message);
    expect(await client.receive('error')).toMatchObject({ code });
    await client.settle();
    expect(client.messages.map(({ type }) => type)).toEqual(['error', 'pong']);
    expect(await databaseState(app)).toEqual(before);
    await client.close();
  });
});

describe('an open socket, which hears and says nothing, is closed at once', () => {
  it.each<[string, (username: string, ask: TestApp['admin']) => Promise<unknown>]>([
    [
      'when its person is demoted',
      async (name) => app.admin('PATCH', `/users/${await idOf(name)}`, { role: 'viewer' }),
    ],
    [
      'when its person is disabled',
      async (name) => app.admin('PATCH', `/users/${await idOf(name)}`, { disabled: true }),
    ],
    [
      'when an admin signs its person out',
      async (name) => app.admin('POST', `/users/${await idOf(name)}/end-sessions`),
    ],
    ['when its person signs out', (_, ask) => ask('POST', '/auth/logout')],
    [
      'when its person gets another password',
      (name, ask) =>
        ask('POST', '/auth/password', {
          currentPassword: `a password for ${name} 1`,
          newPassword: 'kelp-forest-umbrella',
        }),
    ],
  ])('%s', async (_, end) => {
    const { username, token, ask } = await app.person('approver');
    const client = await connected(token, 'approvals');
    await end(username, ask);
    expect(await client.closed).toBe(4401);
    expect((await openLink(app, '/ws', { authorization: `Bearer ${token}` })).refused?.status).toBe(401);
  });

  it('when the key it came with is revoked', async () => {
    const { id, key } = await app.machineKey('installer', 'machine-1');
    const client = await connected(key);
    await app.admin('DELETE', `/api-keys/${id}`);
    expect(await client.closed).toBe(4401);
  });

  it('and nobody else’s is', async () => {
    const other = await connected((await app.person('approver')).token, 'approvals');
    const { ask, token } = await app.person('approver');
    const own = await connected(token);
    await ask('POST', '/auth/logout');
    await own.closed;
    await other.settle();
    await other.close();
  });
});

describe('a page of another site', () => {
  const cookie = async () => {
    const { headers } = await app.anyone('POST', '/auth/login', ADMIN);
    return headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  const own = () => app.base;

  it.each(['https://evil.example', 'null', 'http://localhost.evil.example', 'http://127.0.0.1:1', 'file://'])(
    'opens no socket, with whatever it has: Origin %s',
    async (origin) => {
      const before = await databaseState(app);
      for (const headers of [
        { origin },
        { origin, cookie: await cookie() },
        { origin, authorization: `Bearer ${app.adminToken}` },
      ])
        expect((await openLink(app, '/ws', headers)).refused).toEqual({ status: 403, code: 'origin_not_allowed' });
      expect(Object.keys(await databaseState(app))).toEqual(Object.keys(before));
    },
  );

  it('opens none under a name that it made point here', async () => {
    for (const path of ['/ws', '/api/v1/servers/installer-1/link']) {
      const headers = { host: 'evil.example', origin: 'http://evil.example', cookie: await cookie() };
      expect((await openLink(app, path, headers)).refused).toEqual({ status: 403, code: 'host_not_allowed' });
    }
  });

  it('a cookie counts only where the page is ours and says so', async () => {
    const headers = { cookie: await cookie() };
    const ours = new Client(socketUrl, { headers: { ...headers, origin: own() } });
    await once(ours.socket, 'open');
    ours.send({ type: 'subscribe', channels: ['audit'] });
    expect((await ours.receive('subscribed')).channels).toEqual(['audit']);
    await ours.close();
    // Without an Origin it comes from no browser: the cookie is not looked at, and a message has to bring a credential.
    const silent = new Client(socketUrl, { headers });
    await once(silent.socket, 'open');
    silent.send({ type: 'subscribe', channels: ['audit'] });
    silent.send({ type: 'authenticate', token: 'nonsense' });
    expect(await silent.closed).toBe(4401);
    expect(silent.messages.map(({ type }) => type)).toEqual(['error']);
  });
});
