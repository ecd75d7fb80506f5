import { request } from 'node:http';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { inventorySchema } from '@mcp-coordinator/contract/inventory.contract';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpServing, serveHttp } from './serve-http.ts';
import { acceptsHost, acceptsOrigin } from './serve-http-names.ts';
import { KILOCODE, MEMORY, makeExecutor, makeRoots, type Roots } from './testing/installer-rig.ts';
import { installerServer } from './tools/installer-server.ts';

const TOKEN = 'a-token-of-more-than-thirty-two-characters';
const BEFORE = { mcpServers: { old: { command: 'x', env: { DB_PASSWORD: 'hunter2secret' } } } };
const install: Action = { id: 'a1', type: 'install_server', serverName: 'memory', ...MEMORY };

let roots: Roots;
let serving: HttpServing;
const failures: Error[] = [];
beforeEach(async () => {
  roots = makeRoots({ [KILOCODE]: BEFORE, '~/.codex/config.toml': '[mcp_servers.c]\nurl = "https://h/mcp"\n' });
  const executor = await makeExecutor(roots);
  failures.length = 0;
  serving = await serveHttp({
    makeServer: () => installerServer(executor, { verifyGrant: null, propose: null }),
    token: TOKEN,
    host: '127.0.0.1',
    port: 0,
    onError: (error) => failures.push(error),
  });
});
afterEach(async () => {
  await serving.close();
  roots.remove();
});

type Era = 'legacy' | 'auto';
async function connect(era: Era, agrees: boolean) {
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: era } },
  );
  client.setRequestHandler('elicitation/create', () =>
    Promise.resolve(agrees ? { action: 'accept' as const, content: { apply: true } } : { action: 'decline' as const }),
  );
  await client.connect(
    new StreamableHTTPClientTransport(new URL(serving.url), {
      requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
    }),
  );
  return client;
}

describe.each<Era>(['legacy', 'auto'])('over Streamable HTTP, in the %s revision', (era) => {
  it('lists, asks and changes as over stdio', async () => {
    const client = await connect(era, true);
    expect((await client.listTools()).tools.length).toBeGreaterThan(6);
    const target = {
      ...{ installerId: 'generic-mcp-installer', client: 'kilocode' },
      scope: 'project',
      path: roots.at(KILOCODE),
    };
    const call = { name: 'install_server', arguments: { action: { ...install, target } } };
    expect((await client.callTool(call)).structuredContent).toMatchObject({ outcome: { status: 'completed' } });
    expect(JSON.parse(roots.read(KILOCODE))).toMatchObject({ mcpServers: { memory: MEMORY } });
    await client.close();
  });

  it('changes nothing when the person declines', async () => {
    const client = await connect(era, false);
    const result = await client.callTool({ name: 'install_server', arguments: { action: install } });
    expect(result.isError).toBe(true);
    expect(JSON.parse(roots.read(KILOCODE))).toEqual(BEFORE);
    await client.close();
  });

  it('offers resources with secrets masked, and prompts', async () => {
    const client = await connect(era, false);
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri).sort()).toEqual([
      'installer://clients/codex',
      'installer://clients/kilocode',
      'installer://servers',
    ]);
    const read = async (uri: string) => {
      const [content] = (await client.readResource({ uri })).contents;
      return content !== undefined && 'text' in content ? content.text : '';
    };
    expect(inventorySchema.parse(JSON.parse(await read('installer://servers'))).servers).toHaveLength(2);
    const kilocode = await read('installer://clients/kilocode');
    expect(JSON.parse(kilocode)).toMatchObject({ client: 'kilocode', servers: [{ name: 'old' }] });
    expect(kilocode).not.toContain('hunter2secret');
    await expect(client.readResource({ uri: 'installer://clients/emacs' })).rejects.toThrow(/no client emacs/);
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name).sort()).toEqual(['copy_server', 'install_server', 'review_servers']);
    const prompt = await client.getPrompt({ name: 'copy_server', arguments: { name: 'old', client: 'codex' } });
    expect(JSON.stringify(prompt.messages)).toContain('for codex with generate_config');
    await client.close();
  });
});

/** A bare request, with headers that `fetch` would not let through. */
function bare(headers: Record<string, string>, { method = 'POST', path = '/mcp', body = '{}' } = {}) {
  const { hostname, port } = new URL(serving.url);
  return new Promise<{ status: number; text: string; session: string }>((resolve, reject) => {
    const sent = request(
      { hostname, port, path, method, headers: { authorization: `Bearer ${TOKEN}`, ...headers } },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        const session = String(answer.headers['mcp-session-id'] ?? '');
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, session }));
      },
    );
    sent.on('error', reject);
    sent.end(method === 'POST' ? body : undefined);
  });
}

describe('a caller', () => {
  it.each<[string, Record<string, string>, number]>([
    ['without a token', { authorization: '' }, 401],
    ['with another token', { authorization: `Bearer ${TOKEN}x` }, 401],
    ['with the token as a password', { authorization: `Basic ${TOKEN}` }, 401],
    ['from a page whose name was made to point here', { host: 'evil.example' }, 403],
    ['from a page of another site', { origin: 'https://evil.example' }, 403],
    ['from a page without an origin of its own', { origin: 'null' }, 403],
  ])('%s: is refused', async (_what, headers, status) => {
    expect((await bare(headers)).status).toBe(status);
  });

  it.each([
    [undefined, '127.0.0.1', false],
    ['', '127.0.0.1', false],
    ['localhost:7337', '0.0.0.0', true],
    ['0.0.0.0:7337', '0.0.0.0', false],
    ['10.1.2.3:7337', '10.1.2.3', true],
    ['10.1.2.3.evil.example', '10.1.2.3', false],
    ['[::1]:7337', '::1', true],
    ['user@localhost', '127.0.0.1', true],
  ])('that names the host %j of a server on %s: %s', (header, host, accepted) => {
    expect(acceptsHost(header, host)).toBe(accepted);
    expect(acceptsOrigin(`http://${header ?? 'null'}`, host)).toBe(accepted);
  });

  it('from a page of this machine is served', async () => {
    expect((await bare({ origin: 'http://localhost:5173', host: 'localhost:1' })).status).not.toBe(403);
  });

  it('of another path, or with a body that is no JSON or too large, is told so', async () => {
    expect((await bare({}, { path: '/' })).status).toBe(404);
    expect((await bare({ 'content-type': 'application/json' }, { body: '{' })).status).toBe(400);
    expect((await bare({}, { body: ' '.repeat(5 * 1024 * 1024) })).status).toBe(413);
  });

  it('with a session that is not there gets no other one', async () => {
    const answer = await bare({ 'mcp-session-id': 'guessed', accept: 'text/event-stream' }, { method: 'GET' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  it('whose stream broke is told what it missed, once it names the last it saw', async () => {
    const accepts = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
    const say = (message: object, more = {}) =>
      bare({ ...accepts, ...more }, { body: JSON.stringify({ jsonrpc: '2.0', ...message }) });
    const { session } = await say({ id: 1, method: 'initialize', params });
    const inSession = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
    await say({ method: 'notifications/initialized' }, inSession);
    const { text } = await say({ id: 2, method: 'tools/list' }, inSession);
    const [, first = ''] = /^id: (\d+)\nretry: 1000\ndata: $/m.exec(text) ?? [];
    const said = (stream: string) => stream.split('\n').find((line) => line.startsWith('data: {'));
    const again = (id: string) => bare({ ...accepts, ...inSession, 'last-event-id': id }, { method: 'GET' });
    expect(said((await again(first)).text)).toBe(said(text));
    expect((await again('4711')).status).toBe(400);
  });
});
