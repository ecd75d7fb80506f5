import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesystemServer, MEMORY } from '../testing/installer-rig.ts';
import { captureServer } from './capture-server.ts';
import { passedOn } from './environment.ts';
import { hideValues } from './hide-values.ts';
import { startSpec } from './start-spec.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'capture-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const clock = { now: () => 1_800_000_000_000, steady: () => performance.now() };
const environment = {
  PATH: process.env['PATH'],
  HOME: '/nowhere',
  SECRET_OF_OURS: 'x',
  npm_config_registry: 'https://r.example/',
};
function spec(launch: Partial<Launch>) {
  const specified = startSpec(
    { transport: 'stdio', enabled: true, ...launch },
    { environment, home: '/nowhere', folder },
  );
  if (!specified.ok) throw new Error(specified.reason);
  return specified.spec;
}
const script = (code: string): Partial<Launch> => ({ command: process.execPath, args: ['-e', code] });
const capture = (launch: Partial<Launch>, timeoutMs = 60_000) => {
  const started = spec(launch);
  const hide = hideValues({ transport: 'stdio', enabled: true, ...launch }, started, ['handed-over']);
  return captureServer(started, { clock, hide, timeoutMs });
};

/** A server in a few lines, with one tool whose description is what `code` says. */
const tiny = (description: string) =>
  script(`
  const send = (id, result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
  require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line);
    if (method === 'initialize') send(id, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'tiny', version: '1' }, instructions: 'be kind' });
    if (method === 'tools/list') send(id, { tools: [{ name: 't', description: ${description}, inputSchema: { type: 'object' } }] });
  });`);

describe('a capture', () => {
  it('asks real servers what they offer', async () => {
    const [memory, files] = await Promise.all([capture(MEMORY), capture(filesystemServer(folder))]);
    expect(memory).toMatchObject({
      status: 'captured',
      capturedAt: '2027-01-15T08:00:00.000Z',
      protocolVersion: '2025-11-25',
    });
    expect(memory.status === 'captured' && memory.tools.map(({ name }) => name)).toContain('create_entities');
    expect(files.status === 'captured' && files.tools.length).toBeGreaterThan(5);
    const again = await capture(MEMORY);
    expect(again.status === 'captured' && again.digest).toBe(memory.status === 'captured' && memory.digest);
  });

  it('passes on no variable of ours, and the entry’s own', async () => {
    const seen = await capture({ ...tiny('JSON.stringify(process.env)'), env: { OWN: '${HOME}/x' } });
    const variables = JSON.parse(seen.status === 'captured' ? String(seen.tools[0]?.description) : '{}') as Record<
      string,
      string
    >;
    expect(variables).toMatchObject({ OWN: '/nowhere/x', npm_config_registry: 'https://r.example/', HOME: '/nowhere' });
    expect(variables).not.toHaveProperty('SECRET_OF_OURS');
    expect(passedOn({ ADMIN_PASSWORD: 'x', LC_ALL: 'C', COORDINATOR_API_KEY: 'x' })).toEqual({ LC_ALL: 'C' });
  });

  it('lets no value out that the server was started with', async () => {
    const env = { DB_PASSWORD: 'hunter2secret', DSN: 'postgres://u:an0ther@h/d', TOKEN: '${HOME}' };
    const seen = await capture({ ...tiny('JSON.stringify(process.env) + " handed-over"'), env });
    expect(JSON.stringify(seen)).not.toMatch(/hunter2secret|an0ther|handed-over/);
    expect(JSON.stringify(seen)).toContain('postgres://u:••••@h/d');
    const failing = { ...script('console.error(process.env.DB_PASSWORD); process.exit(1)'), env };
    expect(await capture(failing)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/••••\nended/) as string,
    });
  });

  it('keeps instructions', async () => {
    expect(await capture(tiny('"x"'))).toMatchObject({
      status: 'captured',
      instructions: 'be kind',
      serverInfo: { name: 'tiny', version: '1' },
    });
  });

  it.each([
    [
      'ends at once',
      script(
        'process.stderr.write("npm notice x\\nmissing API key sk-' +
          'ant-aBcDeFgHiJkLmNoPqRsTuVwXyZ0123\\n"); process.exit(7)',
      ),
      /missing API key ••••0123[\s\S]*code 7/,
    ],
    ['is not there', { command: '/no/such/program' }, /could not be started|ENOENT/],
    ['floods stdout', script('process.stdout.write("x".repeat(9e6)); setInterval(() => {}, 1e6)'), /closed|SIGKILL/],
    ['says too much', tiny('"x".repeat(3e6)'), /larger than 2 MiB/],
  ])('of a server that %s fails with the reason', async (_what, launch, reason) => {
    expect(await capture(launch)).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) as string });
  });

  it('of a server that says nothing ends in time, with the whole family', async () => {
    const pidFile = join(folder, 'pid');
    const code = `const c = require('child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6)'], { stdio: 'ignore' }); require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(c.pid)); process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)`;
    expect(await capture(script(code), 700)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('within 0.7 s') as string,
    });
    const child = Number(readFileSync(pidFile, 'utf8'));
    const state = () =>
      existsSync(`/proc/${child}/stat`) ? readFileSync(`/proc/${child}/stat`, 'utf8').split(') ')[1]?.[0] : 'gone';
    expect(['gone', 'Z']).toContain(state());
  });

  it('of a remote server that asks for authorization is unknown, not failed', async () => {
    const server = createServer((_request, response) =>
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
    expect(await capture({ transport: 'streamable-http', url })).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('authorization') as string,
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('startSpec', () => {
  const around = { environment: { TOKEN: 'abc' }, home: '/h', folder: '/w' };
  const made = (launch: Partial<Launch>) => startSpec({ transport: 'stdio', enabled: true, ...launch }, around);

  it('fills references in as the client would', () => {
    const launch = {
      command: '${workspaceFolder}/run',
      args: ['${env:TOKEN}', '{env:TOKEN}', '${NO:-dflt}'],
      cwd: 'sub',
    };
    expect(made(launch)).toMatchObject({ spec: { command: '/w/run', args: ['abc', 'abc', 'dflt'], cwd: '/w/sub' } });
    expect(
      made({ transport: 'streamable-http', url: 'https://x.example/', headers: { Authorization: 'Bearer ${TOKEN}' } }),
    ).toMatchObject({ spec: { kind: 'http', headers: { Authorization: 'Bearer abc' } } });
  });

  it('says what it cannot fill in', () => {
    expect(made({ command: 'x', env: { A: '${input:key}' } })).toEqual({
      ok: false,
      reason: expect.stringContaining('${input:key}') as string,
    });
    expect(made({ command: 'x', env: { A: '${MISSING}' } })).toEqual({
      ok: false,
      reason: expect.stringContaining('MISSING') as string,
    });
    expect(made({})).toMatchObject({ ok: false });
    expect(made({ transport: 'sse', url: 'file:///etc/passwd' })).toMatchObject({ ok: false });
  });
});
