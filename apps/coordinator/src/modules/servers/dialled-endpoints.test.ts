import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SERVER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, until } from '../../testing/harness.ts';
import { expectProblem } from '../../testing/problems.ts';
import { expectOnlyRefused } from '../../testing/road-state.ts';

const TOOLS = Object.keys(SERVER_TOOLS.compliance);

/** A compliance server that is dialled: it offers its tools and carries none of them out. */
function makeServer(): McpServer {
  const mcp = new McpServer({ name: 'dialled', version: '1.0.0' });
  for (const [name, tool] of Object.entries(SERVER_TOOLS.compliance))
    mcp.registerTool(
      name,
      { description: tool.description, inputSchema: tool.input, outputSchema: tool.output },
      () => ({
        content: [{ type: 'text' as const, text: 'not in this test' }],
        isError: true,
      }),
    );
  return mcp;
}

let app: TestApp;
let http: Server;
let port: number;
let asked: string[];
/** What the names resolve to, from now on. */
let addresses: Record<string, string[]>;
beforeAll(async () => {
  const mcp = toNodeHandler(createMcpHandler(makeServer));
  http = createServer((request, response) => {
    asked.push(`${request.headers.host}${request.url}`);
    // Each request is a connection of its own, and so resolves its name anew.
    response.setHeader('connection', 'close');
    if (request.url === '/mcp') return void mcp(request as never, response);
    response.writeHead(307, { location: `http://127.0.0.1:${port}/mcp` }).end();
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  port = (http.address() as AddressInfo).port;
  const SERVER_ENDPOINT_ALLOW = `127.0.0.1:${port},inner.example:${port},public.example:${port},127.0.0.0/30`;
  app = await startTestApp(
    { SERVER_ENDPOINT_ALLOW },
    { resolveHost: (name) => Promise.resolve(addresses[name] ?? []) },
  );
});
beforeEach(() => {
  asked = [];
  addresses = { 'inner.example': ['127.0.0.1'], 'public.example': ['127.0.0.9'] };
});
afterAll(async () => {
  await app.close();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});

const register = (serverId: string, url: string) =>
  app.admin('POST', '/servers/register', { serverId, version: '1.0.0', tools: TOOLS, endpoint: { url } });
const show = async (id: string) => (await app.admin('GET', `/servers/${id}`)).body.server;
const linked = (id: string) => until(`${id} healthy`, async () => (await show(id)).status === 'healthy');
const records = async (target: string) =>
  (await app.admin('GET', `/audit/logs?target=${target}&limit=200`)).body.logs.map(
    (log: { action: string }) => log.action,
  );

describe('a server with an endpoint', () => {
  it.each(['127.0.0.1', 'inner.example'])('at %s is dialled, pinged, and forgotten', async (host) => {
    expect((await register(`at-${host}`, `http://${host}:${port}/mcp`)).status).toBe(201);
    await linked(`at-${host}`);
    expect((await app.admin('GET', `/servers/at-${host}/ping`)).status).toBe(200);
    expect(new Set(asked)).toEqual(new Set([`${host}:${port}/mcp`]));
    expect((await app.admin('DELETE', `/servers/at-${host}`)).status).toBe(200);
  });

  it('that sends us on is not followed, and its failures leave no record each', async () => {
    expect((await register('elsewhere', `http://inner.example:${port}/away`)).status).toBe(201);
    await until('it was asked', () => Promise.resolve(asked.length > 0));
    await until('unreachable', async () => (await show('elsewhere')).reason === 'no MCP session could be opened');
    expect(asked.every((one) => one.endsWith('/away'))).toBe(true);
    expect(await records('elsewhere')).toEqual(['server_registered']);
    await app.admin('DELETE', '/servers/elsewhere');
  });

  it('whose name comes to mean another address is dialled no more, and why is shown', async () => {
    expect((await register('moved', `http://inner.example:${port}/mcp`)).status).toBe(201);
    await linked('moved');
    addresses['inner.example'] = ['169.254.169.254'];
    await until('refused', async () => (await app.admin('GET', '/servers/moved/ping')).status === 503);
    // The session ends at the next look, which may open no other.
    const reason = 'its endpoint resolves to 169.254.169.254, which is not public and not allowed';
    await until('the reason', async () => {
      await register('looks-anew', `http://127.0.0.1:${port}/mcp`);
      return (await show('moved')).reason === reason;
    });
    expect(await records('moved')).toEqual(['server_unlinked', 'server_linked', 'server_registered']);
    for (const id of ['moved', 'looks-anew']) await app.admin('DELETE', `/servers/${id}`);
  });
});

it.each([
  ['a name that resolves to a private address', () => `http://public.example:${port}/mcp`, 'resolves to 127.0.0.9'],
  ['a name that does not resolve', () => `http://public.example:${port}/mcp`, 'resolves to no address'],
  ['a name that is not listed', () => `http://other.example:${port}/mcp`, 'is not allowed by its host and port'],
  ['another port', () => `http://127.0.0.1:${port + 1}/mcp`, 'is not allowed by its host and port'],
  ['loopback by another address', () => `http://127.0.0.2:${port}/mcp`, 'is not allowed by its host and port'],
  ['loopback inside IPv6', () => `http://[::ffff:127.0.0.1]:${port}/mcp`, 'is not allowed by its host and port'],
])('refused, with nothing written but that it was: %s', async (what, url, reason) => {
  if (what.includes('does not')) addresses['public.example'] = [];
  const answer = await expectOnlyRefused(app, () => register('refused', url()), 'endpoint_not_allowed', {
    action: 'request_refused',
    actor: 'admin',
    target: '/api/v1/servers/register',
  });
  expect(answer.body.detail).toContain(reason);
  expectProblem(await app.admin('GET', '/servers/refused'), 'not_found');
  expect(asked).toEqual([]);
});

it.each(['http://a:b@127.0.0.1/mcp', 'http://127.0.0.1/mcp?key=s3cr3t', 'http://127.0.0.1/mcp#s3cr3t'])(
  'what could be a secret is no part of an endpoint: %s',
  async (url) => {
    const answer = await register('refused', url);
    expectProblem(answer, 'invalid_request');
    expect(JSON.stringify(answer.body)).not.toContain('s3cr3t');
  },
);
