import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ask, startTestApp, type TestApp } from '../../testing/harness.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, eventsOf } from '../../testing/road-state.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ SERVER_ENDPOINT_ALLOW: 'mcp.example.com:8080' });
});
afterAll(() => app.close());

/** Both bodies of the source document, word for word. */
const INSTALLER = {
  installerId: 'generic-mcp-installer',
  version: '1.0.0',
  capabilities: ['install_server', 'remove_server', 'generate_config'],
  contact: { email: 'admin@example.com', phone: '+1234567890' },
};
const COMPLIANCE = {
  serverId: 'compliance-server',
  version: '1.0.0',
  tools: ['compliance_assessment', 'generate_remediation_proposal', 'execute_remediation'],
  health: { status: 'healthy', uptime: 3600, lastCheck: '2025-08-24T10:00:00Z' },
};
const register = (body: object, ask: Ask = app.admin) => ask('POST', '/servers/register', body);
const records = async (target: string) => (await app.admin('GET', `/audit/logs?target=${target}&limit=200`)).body.logs;

describe('the source’s bodies', () => {
  it('make an installer', async () => {
    const answer = await register(INSTALLER);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      success: true,
      serverId: 'generic-mcp-installer',
      kind: 'installer',
      status: 'unknown',
    });
    expect(answer.body.link).toMatch(/^ws:\/\/localhost:\d+\/api\/v1\/servers\/generic-mcp-installer\/link$/);
    expect(answer.body.jwks).toMatch(/\/\.well-known\/jwks\.json$/);
    const { body } = await app.admin('GET', '/servers/generic-mcp-installer');
    expect(body.server).toMatchObject({
      id: 'generic-mcp-installer',
      kind: 'installer',
      version: '1.0.0',
      tools: INSTALLER.capabilities,
      contact: INSTALLER.contact,
      endpoint: null,
      linkedSince: null,
      mcpServers: null,
    });
    expect(await auditOf(app, 'server_registered', 'generic-mcp-installer')).toMatchObject({
      actor: 'admin',
      result: 'success',
      details: { kind: 'installer', again: false },
    });
    expect((await eventsOf(app, 'servers')).at(-1)).toMatchObject({
      event: 'server.registered',
      data: { serverId: 'generic-mcp-installer' },
    });
  });

  it('make a compliance server', async () => {
    const answer = await register(COMPLIANCE);
    expect(answer).toMatchObject({ status: 201, body: { serverId: 'compliance-server', kind: 'compliance' } });
    expect((await app.admin('GET', '/servers/compliance-server')).body.server.tools).toEqual(COMPLIANCE.tools);
  });

  it('sent again, register again: 200, with what is new, since the same time', async () => {
    const before = (await app.admin('GET', '/servers/generic-mcp-installer')).body.server;
    app.advance(60_000);
    const answer = await register({ ...INSTALLER, version: '1.1.0', contact: undefined });
    expect(answer).toMatchObject({ status: 200, body: { registeredAt: before.registeredAt } });
    const after = (await app.admin('GET', '/servers/generic-mcp-installer')).body.server;
    expect(after).toMatchObject({ version: '1.1.0', contact: null, registeredAt: before.registeredAt });
    expect(
      (await records('generic-mcp-installer')).map((log: { details: { again: boolean } }) => log.details.again),
    ).toEqual([true, false]);
  });
});

describe('a machine key', () => {
  it('registers its own machine as what it is, and no other', async () => {
    const ask = app.as((await app.machineKey('installer', 'mine')).key);
    expect((await register({ ...INSTALLER, installerId: 'mine' }, ask)).status).toBe(201);
    for (const body of [{ ...INSTALLER, installerId: 'other' }, { ...COMPLIANCE, serverId: 'mine' }, INSTALLER])
      expectProblem(await register(body, ask), 'key_bound_elsewhere');
    const denied = (await app.admin('GET', '/audit/logs?action=access_denied&limit=200')).body.logs;
    expect(denied[0]).toMatchObject({
      actor: expect.stringMatching(/^key:installer-/),
      result: 'denied',
      details: { code: 'key_bound_elsewhere', route: 'registerServer' },
    });
    expectProblem(await app.admin('GET', '/servers/other'), 'not_found');
  });

  it('by X-API-Key as well', async () => {
    const { key } = await app.machineKey('compliance', 'by-header');
    const answer = await app.anyone(
      'POST',
      '/servers/register',
      { ...COMPLIANCE, serverId: 'by-header' },
      { 'x-api-key': key },
    );
    expect(answer.status).toBe(201);
  });

  it('sees its own server alone', async () => {
    const ask = app.as((await app.machineKey('installer', 'lonely')).key);
    expect((await ask('GET', '/servers')).body).toMatchObject({ total: 0, servers: [] });
    await register({ ...INSTALLER, installerId: 'lonely' }, ask);
    expect((await ask('GET', '/servers')).body.servers.map((server: { id: string }) => server.id)).toEqual(['lonely']);
    expectProblem(await ask('GET', '/servers/compliance-server'), 'not_found');
    expectProblem(await ask('GET', '/servers/compliance-server/ping'), 'not_found');
    expectProblem(await ask('GET', '/servers/generic-mcp-installer/configuration'), 'not_found');
  });
});

describe('it is refused', () => {
  it.each<[string, object, string]>([
    [
      'an installer without its tools',
      { ...INSTALLER, installerId: 'x', capabilities: ['install_server'] },
      '/capabilities',
    ],
    [
      'a compliance server without its tools',
      { ...COMPLIANCE, serverId: 'x', tools: ['compliance_assessment'] },
      '/tools',
    ],
  ])('%s, naming what is missing', async (_, body, path) => {
    const answer = await register(body);
    expectProblem(answer, 'registration_mismatch');
    expect(answer.body.errors).toEqual([{ path, message: expect.stringMatching(/^must name .+/) }]);
    expectProblem(await app.admin('GET', '/servers/x'), 'not_found');
  });

  it('the id of a server of another kind', async () => {
    const answer = await register({ ...COMPLIANCE, serverId: 'generic-mcp-installer' });
    expectProblem(answer, 'registration_mismatch');
    expect((await app.admin('GET', '/servers/generic-mcp-installer')).body.server.kind).toBe('installer');
  });

  it.each([
    'http://169.254.169.254/mcp',
    'http://127.0.0.1:8080/mcp',
    'https://mcp.example.com/mcp',
    'http://mcp.example.com.evil.example:8080/',
  ])('the endpoint %s, which is not allowed by name', async (url) => {
    expectProblem(await register({ ...COMPLIANCE, serverId: 'dialled', endpoint: { url } }), 'endpoint_not_allowed');
    expectProblem(await app.admin('GET', '/servers/dialled'), 'not_found');
  });

  it.each(['file:///etc/passwd', 'ftp://mcp.example.com:8080/', 'nonsense'])(
    'the endpoint %s, which is no HTTP',
    async (url) => {
      expectProblem(await register({ ...COMPLIANCE, serverId: 'dialled', endpoint: { url } }), 'invalid_request');
    },
  );

  it('neither body, or both', async () => {
    expectProblem(await register({ version: '1' }), 'invalid_request');
    expectProblem(await register({ ...INSTALLER, ...COMPLIANCE }), 'invalid_request');
    for (const role of ['user', 'approver', 'viewer'] as const)
      expectProblem(await register(INSTALLER, (await app.person(role)).ask), 'forbidden');
  });
});

it('anybody who may see results or metrics lists them, by kind and status; an admin alone forgets one', async () => {
  for (const role of ['user', 'approver', 'viewer'] as const) {
    const { ask } = await app.person(role);
    const { body } = await ask('GET', '/servers?kind=compliance&status=unknown');
    expect(body.servers.map((server: { id: string }) => server.id)).toEqual(['by-header', 'compliance-server']);
    expectProblem(await ask('DELETE', '/servers/compliance-server'), 'forbidden');
  }
  const page = (await app.admin('GET', '/servers?limit=1&offset=1')).body;
  expect(page).toMatchObject({ page: 2, pageSize: 1, servers: { length: 1 } });
  expect((await app.admin('DELETE', '/servers/compliance-server')).body).toEqual({
    success: true,
    serverId: 'compliance-server',
  });
  expectProblem(await app.admin('DELETE', '/servers/compliance-server'), 'not_found');
  expect(await auditOf(app, 'server_removed', 'compliance-server')).toMatchObject({
    actor: 'admin',
    details: { kind: 'compliance' },
  });
});
