import { LINK_CLOSE_FENCED } from '@mcp-coordinator/contract/link-transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, until } from '../../testing/harness.ts';
import { openLink } from '../../testing/open-link.ts';
import { expectProblem } from '../../testing/problems.ts';
import { type ScriptedInstaller, scriptedCompliance, scriptedInstaller } from '../../testing/scripted-servers.ts';

let app: TestApp;
let installer: ScriptedInstaller;
beforeAll(async () => {
  app = await startTestApp();
  installer = await scriptedInstaller(app, ['filesystem']);
});
afterAll(() => app.close());

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const show = async (id: string) => (await app.admin('GET', `/servers/${id}`)).body.server;
const records = async (action: string, target: string) =>
  (await app.admin('GET', `/audit/logs?action=${action}&target=${target}`)).body.logs;

describe('pinging', () => {
  it.each(['GET', 'POST'])('makes a round trip (%s)', async (method) => {
    const answer = await app.admin(method, '/servers/installer-1/ping');
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).sort()).toEqual(['checkedAt', 'latencyMs', 'serverId', 'status', 'success']);
    expect(answer.body).toMatchObject({ serverId: 'installer-1', status: 'healthy' });
    expect(answer.body.latencyMs).toBeGreaterThan(0);
  });

  it('one that is away answers when to try again, with the reason', async () => {
    const away = await scriptedCompliance(app, 'compliance-away');
    await away.drop();
    for (const method of ['GET', 'POST']) {
      const answer = await app.admin(method, '/servers/compliance-away/ping');
      expectProblem(answer, 'server_unreachable');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.body.detail).toContain('its link is closed');
    }
    expectProblem(await app.admin('GET', '/servers/nobody/ping'), 'not_found');
    await away.dial();
    expect((await app.admin('GET', '/servers/compliance-away/ping')).status).toBe(200);
  });

  it('anybody who may see the status may ping', async () => {
    const viewer = await app.person('viewer');
    expect((await viewer.ask('POST', '/servers/installer-1/ping')).status).toBe(200);
  });
});

describe('a link', () => {
  it('makes a server healthy once its inventory is there, and leaves its records', async () => {
    expect(await show('installer-1')).toMatchObject({
      status: 'healthy',
      reason: null,
      mcpServers: 1,
      linkedSince: expect.any(String),
    });
    expect((await records('server_linked', 'installer-1'))[0]).toMatchObject({
      actor: expect.stringMatching(/^key:/),
      result: 'success',
    });
    expect(await records('configuration_synced', 'installer-1')).toHaveLength(1);
    const { body } = await app.admin('GET', '/servers/installer-1/configuration');
    expect(body.inventory.servers).toMatchObject([{ name: 'filesystem', client: 'kilocode' }]);
    const viewer = await app.person('viewer');
    expectProblem(await viewer.ask('GET', '/servers/installer-1/configuration'), 'forbidden');
  });

  it('that is newer takes the place of the older, which is told so', async () => {
    const fenced = await scriptedInstaller(app, ['slack'], 'installer-fenced');
    const older = await openLink(app, 'installer-fenced', bearer(fenced.key));
    await fenced.dial();
    expect(await older.closed).toBe(LINK_CLOSE_FENCED);
    expect(LINK_CLOSE_FENCED).toBe(4409);
    await until(
      'the newer one answers',
      async () => (await app.admin('GET', '/servers/installer-fenced/ping')).status === 200,
    );
    await until('still healthy', async () => (await show('installer-fenced')).status === 'healthy');
  });

  it('opens with the key of that very server alone', async () => {
    await scriptedCompliance(app, 'compliance-1');
    const { key } = await app.machineKey('compliance', 'stranger');
    expect((await openLink(app, 'installer-1', bearer(key))).refused).toEqual({
      status: 403,
      code: 'key_bound_elsewhere',
    });
    expect((await openLink(app, 'installer-1', bearer(app.adminToken))).refused).toEqual({
      status: 403,
      code: 'key_bound_elsewhere',
    });
    expect((await openLink(app, 'installer-1', {})).refused?.status).toBe(401);
    expect((await openLink(app, 'installer-1', bearer('mcpk_nonsense'))).refused?.status).toBe(401);
    expect((await show('installer-1')).status).toBe('healthy');
    const denied = await records('access_denied', 'installer-1');
    expect(denied.slice(0, 2)).toMatchObject([
      { actor: 'admin', result: 'denied', details: { code: 'key_bound_elsewhere', route: 'link' } },
      { actor: expect.stringMatching(/^key:compliance-/), result: 'denied', details: { code: 'key_bound_elsewhere' } },
    ]);
  });

  it.each(['/api/v1/servers/%/link', '/api/v1/servers//link', '/api/v1/servers/a/b/link', '//', '/nothing'])(
    'is nowhere else: %s',
    async (path) => {
      expect((await openLink(app, path, bearer(app.adminToken))).refused).toEqual({ status: 404, code: 'not_found' });
    },
  );

  it('of a server that has not registered is ended, and nothing is asked of it', async () => {
    const { key } = await app.machineKey('compliance', 'unregistered');
    const link = await openLink(app, 'unregistered', bearer(key));
    expect(await link.closed).toBe(1008);
    expect(await records('server_linked', 'unregistered')).toEqual([]);
    expect(await records('server_unlinked', 'unregistered')).toEqual([]);
  });

  it('ends at once when its key is revoked, and does not open again', async () => {
    const cut = await scriptedInstaller(app, ['slack'], 'installer-cut');
    const { body } = await app.admin('GET', '/api-keys?limit=200');
    expect(body.success, JSON.stringify(body)).toBe(true);
    const { id } = body.apiKeys.find((one: { serverId: string }) => one.serverId === 'installer-cut');
    expect((await app.admin('DELETE', `/api-keys/${id}`)).status).toBe(200);
    await until('cut', async () => (await show('installer-cut')).status === 'unreachable');
    expect((await openLink(app, 'installer-cut', bearer(cut.key))).refused?.status).toBe(401);
    expectProblem(await app.as(cut.key)('GET', '/servers'), 'unauthenticated');
    expect((await app.admin('GET', '/audit/logs?action=api_key_revoked')).body.logs[0]).toMatchObject({
      actor: 'admin',
    });
    expect((await records('server_unlinked', 'installer-cut'))[0]).toMatchObject({ result: 'success' });
  });

  it('ends when its server is removed, and what it knew is gone', async () => {
    const gone = await scriptedInstaller(app, ['slack'], 'installer-gone');
    expect((await app.admin('DELETE', '/servers/installer-gone')).status).toBe(200);
    expectProblem(await app.admin('GET', '/servers/installer-gone'), 'not_found');
    expectProblem(await app.admin('GET', '/servers/installer-gone/configuration'), 'not_found');
    await gone.dial();
    expect((await show('installer-gone')).status).toBe('healthy');
  });
});

describe('an inventory', () => {
  it('can be reported over HTTP, by the machine it is of, and leaves a record only when it changed', async () => {
    const { body } = await app.admin('GET', '/servers/installer-1/configuration');
    const own = app.as(installer.key);
    const put = (inventory: object, ask = own, id = 'installer-1') =>
      ask('PUT', `/servers/${id}/configuration`, inventory);
    expect(await put(body.inventory)).toMatchObject({ status: 200, body: { serverId: 'installer-1', servers: 1 } });
    expect(await records('configuration_synced', 'installer-1')).toHaveLength(1);
    expect((await put({ ...body.inventory, servers: [] })).status).toBe(200);
    expect(await records('configuration_synced', 'installer-1')).toHaveLength(2);
    expectProblem(await put(body.inventory, own, 'installer-fenced'), 'key_bound_elsewhere');
    expectProblem(await put(body.inventory, app.admin, 'compliance-1'), 'not_found');
    expectProblem(await put(body.inventory, app.admin, 'nobody'), 'not_found');
    expectProblem(await put({ ...body.inventory, files: 'none' }), 'invalid_request');
  });

  it('that a change from outside gave rise to leaves a record of its own, and the change stands until it is settled', async () => {
    const { body } = await app.admin('GET', '/servers/installer-1/configuration');
    const [server] = body.inventory.servers.length > 0 ? body.inventory.servers : [undefined];
    const { client, scope, path } = server ?? { client: 'kilocode', scope: 'project', path: '/p/.kilocode/mcp.json' };
    const drift = {
      client,
      scope,
      path,
      seenAt: '2026-01-01T00:00:00.000Z',
      servers: [{ name: 'new', change: 'added' }],
    };
    const put = (inventory: object) => app.as(installer.key)('PUT', '/servers/installer-1/configuration', inventory);
    expect((await put({ ...body.inventory, drift: [drift] })).status).toBe(200);
    const [record] = await records('configuration_drifted', 'installer-1');
    expect(record).toMatchObject({ details: { files: [{ path, servers: [{ name: 'new', change: 'added' }] }] } });
    const kept = async () => (await app.admin('GET', '/servers/installer-1/configuration')).body.inventory.drift;
    expect(await kept()).toEqual([drift]);
    expect((await put(body.inventory)).status).toBe(200);
    expect(await kept()).toEqual([drift]);
    expect(await records('configuration_drifted', 'installer-1')).toHaveLength(1);
  });
});
