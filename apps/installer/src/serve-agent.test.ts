import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { inventorySchema } from '@mcp-coordinator/contract/inventory.contract';
import { INSTALLER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SecretStore } from './secrets/secret-store.ts';
import { type FakeCoordinator, startFakeCoordinator } from './testing/fake-coordinator.ts';
import { filesystemServer, KILOCODE, MEMORY, makeRoots, type Roots } from './testing/installer-rig.ts';

const bin = fileURLToPath(new URL('../bin/mcp-installer.mjs', import.meta.url));
const install: Action = { id: 'a1', type: 'install_server', serverName: 'memory', ...MEMORY };

let roots: Roots;
let coordinator: FakeCoordinator;
let child: ChildProcess | undefined;
beforeEach(async () => {
  roots = makeRoots({
    [KILOCODE]: {
      mcpServers: {
        files: filesystemServer('/tmp'),
        off: { command: 'x', disabled: true },
        pg: { command: 'pg', env: { DB: 'postgres://u:hunter2secret@h/d' } },
      },
    },
  });
  coordinator = await startFakeCoordinator();
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await coordinator.stop();
  roots.remove();
});

let output = '';
function start(more: Record<string, string> = {}): { exited: Promise<number | null> } {
  output = '';
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: roots.home,
    COORDINATOR_URL: coordinator.url,
    COORDINATOR_API_KEY: 'mcpk_test',
    ...more,
  };
  const place = { INSTALLER_HOME: roots.home, INSTALLER_WORKSPACE: roots.workspace, INSTALLER_DATA_DIR: roots.data };
  const started = spawn(process.execPath, [bin, 'serve', '--exit-with-parent'], {
    env: { ...env, ...place },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child = started;
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { exited: new Promise((resolve) => started.once('exit', resolve)) };
}
async function linked(more: Record<string, string> = {}) {
  const link = coordinator.nextLink();
  const { exited } = start(more);
  return { client: await link, exited };
}
async function preview(client: Client, actions: Action[]) {
  const { structuredContent } = await client.callTool({ name: 'preview_change', arguments: { actions } });
  return INSTALLER_TOOLS.preview_change.output.parse(structuredContent);
}
const outcomeOf = (result: { structuredContent?: unknown }) =>
  (result.structuredContent as { outcome: { status: string; error: string | null; replayed: boolean } }).outcome;

describe('the agent program', () => {
  it('serves its inventory, captures included, without a secret in it', async () => {
    const { client } = await linked();
    const progress: string[] = [];
    const result = await client.callTool(
      { name: 'list_servers', arguments: { fresh: true } },
      { onprogress: ({ message }) => progress.push(message ?? '') },
    );
    const { inventory } = INSTALLER_TOOLS.list_servers.output.parse(result.structuredContent);
    const status = Object.fromEntries(inventory.servers.map(({ name, definitions }) => [name, definitions.status]));
    expect(status).toEqual({ files: 'captured', off: 'unknown', pg: 'failed' });
    expect(progress).toHaveLength(3);
    expect(inventory.files).toMatchObject([
      { client: 'kilocode', mode: expect.stringMatching(/^06/) as string, gitTracked: false },
    ]);
    expect(JSON.stringify(result) + output).not.toContain('hunter2secret');
    const cached = await client.callTool({ name: 'list_servers', arguments: {} });
    expect(
      INSTALLER_TOOLS.list_servers.output.parse(cached.structuredContent).inventory.servers[0]?.definitions.status,
    ).toBe('captured');
  });

  it('reports a change from outside by itself, and one that was made while it was off', async () => {
    await linked({ INSTALLER_CAPTURE: 'off' });
    await vi.waitFor(() => expect(output).toContain('watching the configuration files'), 10_000);
    roots.write(KILOCODE, roots.read(KILOCODE).replace('"x"', '"another"'));
    await vi.waitFor(() => expect(coordinator.inventories).toHaveLength(1), { timeout: 4000, interval: 20 });
    const [inventory] = coordinator.inventories;
    expect(inventorySchema.parse(inventory).drift).toMatchObject([
      { client: 'kilocode', path: roots.at(KILOCODE), servers: [{ name: 'off', change: 'changed' }] },
    ]);
    expect(JSON.stringify(inventory)).not.toContain('hunter2secret');
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill('SIGTERM');
    await ended;
    roots.write(KILOCODE, roots.read(KILOCODE).replace('"another"', '"meanwhile"'));
    await linked({ INSTALLER_CAPTURE: 'off' });
    await vi.waitFor(() => expect(coordinator.inventories).toHaveLength(2), { timeout: 10_000, interval: 20 });
    expect(coordinator.inventories[1]?.drift).toMatchObject([
      { path: roots.at(KILOCODE), servers: [{ name: 'off', change: 'changed', before: { command: 'another' } }] },
    ]);
  });

  it('carries out what was granted, once, and undoes it to the byte', async () => {
    const { client } = await linked();
    const before = roots.read(KILOCODE);
    const { plans, resolvedActions } = await preview(client, [install]);
    const [action, digest] = [resolvedActions[0]!, plans[0]!.planDigest];
    const grant = await coordinator.grant('apply', 'e1', action, digest);
    const call = { name: 'install_server', arguments: { executionId: 'e1', action, grant } };
    expect(outcomeOf(await client.callTool(call))).toMatchObject({ status: 'completed', replayed: false });
    expect(outcomeOf(await client.callTool(call))).toMatchObject({ status: 'completed', replayed: true });
    expect(JSON.parse(roots.read(KILOCODE))).toMatchObject({ mcpServers: { memory: MEMORY } });
    const back = await coordinator.grant('rollback', 'e1', action, digest);
    const undo = { name: 'rollback_change', arguments: { executionId: 'e1', action, grant: back, reason: 'test' } };
    expect(outcomeOf(await client.callTool(undo))).toMatchObject({ status: 'rolled_back' });
    expect(roots.read(KILOCODE)).toBe(before);
  });

  it('refuses every grant that is not for this link, this action and this operation', async () => {
    const { client } = await linked({ INSTALLER_CAPTURE: 'off' });
    const before = roots.read(KILOCODE);
    const { plans, resolvedActions } = await preview(client, [install]);
    const [action, digest] = [resolvedActions[0]!, plans[0]!.planDigest];
    const call = async (grant: string, executionId = 'e1', other: Action = action) =>
      outcomeOf(await client.callTool({ name: 'install_server', arguments: { executionId, action: other, grant } }));
    const grant = await coordinator.grant('apply', 'e1', action, digest);
    expect(await call(grant, 'e2')).toMatchObject({ status: 'refused' });
    expect(await call(grant, 'e1', { ...action, serverName: 'else' })).toMatchObject({ status: 'refused' });
    expect(await call(`${grant.slice(0, -8)}AAAAAAAA`)).toMatchObject({ status: 'refused' });
    expect(await call(await coordinator.grant('rollback', 'e1', action, digest))).toMatchObject({ status: 'refused' });
    expect(await call(await coordinator.grant('apply', 'e1', action, digest, { nonce: 'x'.repeat(43) }))).toMatchObject(
      { status: 'refused' },
    );
    expect(await call(await coordinator.grant('apply', 'e1', action, digest, { aud: 'another' }))).toMatchObject({
      status: 'refused',
    });
    expect(await call(await coordinator.grant('apply', 'e3', action, 'sha256:other'), 'e3')).toMatchObject({
      status: 'stale',
    });
    expect(roots.read(KILOCODE)).toBe(before);
  });

  it('proposes what comes without a grant', async () => {
    const { client } = await linked({ INSTALLER_CAPTURE: 'off' });
    const result = await client.callTool({ name: 'install_server', arguments: { action: install } });
    expect(result.structuredContent).toMatchObject({ proposal: { proposalId: 'proposal-1' } });
    expect(coordinator.proposals).toMatchObject([{ autoApprove: false, proposedActions: [install] }]);
  });

  it('ends with its parent, and on SIGTERM', async () => {
    const first = await linked({ INSTALLER_CAPTURE: 'off' });
    child?.stdin?.end();
    expect(await first.exited).toBe(0);
    const second = await linked({ INSTALLER_CAPTURE: 'off' });
    child?.kill('SIGTERM');
    expect(await second.exited).toBe(0);
    expect(readdirSync(roots.data)).toContain('hash.key');
  });

  it('names the variable that is wrong', async () => {
    const { exited } = start({ COORDINATOR_API_KEY: '' });
    expect(await exited).toBe(78);
    expect(output).toMatch(/COORDINATOR_API_KEY is needed/);
  });
});

describe('the stdio program', () => {
  it('serves any client, alone, and ends with it', async () => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      INSTALLER_HOME: roots.home,
      INSTALLER_WORKSPACE: roots.workspace,
      INSTALLER_DATA_DIR: roots.data,
      INSTALLER_CAPTURE: 'off',
    };
    const transport = new StdioClientTransport({ command: process.execPath, args: [bin, 'stdio'], env });
    const client = new Client({ name: 'any', version: '1' });
    await client.connect(transport);
    const result = await client.callTool({ name: 'list_servers', arguments: {} });
    expect(INSTALLER_TOOLS.list_servers.output.parse(result.structuredContent).inventory.servers).toHaveLength(3);
    const { pid } = transport;
    await client.close();
    expect(() => process.kill(pid ?? 0, 0)).toThrow();
  });
});

describe('the launcher program', () => {
  const run = (args: string[], env: Record<string, string> = {}) => {
    const started = spawn(process.execPath, [bin, 'run', '--data-dir', roots.data, ...args], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child = started;
    let text = '';
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return {
      started,
      ended: new Promise<{ code: number | null; text: string }>((resolve) =>
        started.once('close', (code) => resolve({ code, text })),
      ),
    };
  };

  it('hands secrets to the one process, with its own stdio and exit code', async () => {
    const { client } = await linked({ INSTALLER_CAPTURE: 'off' });
    const secret: Action = {
      ...install,
      command: process.execPath,
      args: [
        '-e',
        'process.stdin.on("data", (d) => { console.log(process.env.API_KEY, String(d)); process.exit(5); })',
      ],
      env: { API_KEY: '9f86d081884c7d659a2f' },
    };
    const { plans, resolvedActions } = await preview(client, [secret]);
    const grant = await coordinator.grant('apply', 'e1', resolvedActions[0]!, plans[0]!.planDigest);
    expect(
      outcomeOf(
        await client.callTool({
          name: 'install_server',
          arguments: { executionId: 'e1', action: resolvedActions[0]!, grant },
        }),
      ),
    ).toMatchObject({ status: 'completed' });
    child?.kill('SIGTERM');
    const { command, args } = (
      JSON.parse(roots.read(KILOCODE)) as { mcpServers: { memory: { command: string; args: string[] } } }
    ).mcpServers.memory;
    expect([command, args[0]]).toEqual([process.execPath, bin]);
    const { started, ended } = run(args.slice(args.indexOf('--data-dir') + 2));
    started.stdin.write('hello');
    expect(await ended).toEqual({ code: 5, text: '9f86d081884c7d659a2f hello\n' });
    for (const name of readdirSync(join(roots.data, 'journal')))
      expect(readFileSync(join(roots.data, 'journal', name), 'utf8')).not.toContain('9f86d081884c7d659a2f');
  });

  it('passes signals on', async () => {
    await new SecretStore(roots.data).keep({ name: 'some-set', values: { A: '1' } });
    const { started, ended } = run([
      'some-set',
      '--',
      process.execPath,
      '-e',
      'process.on("SIGTERM", () => process.exit(9)); console.log("up"); setInterval(() => {}, 1e6)',
    ]);
    await new Promise((resolve) => started.stdout.once('data', resolve));
    started.kill('SIGTERM');
    expect(await ended).toEqual({ code: 9, text: 'up\n' });
  });

  it('says what is missing', async () => {
    const { ended } = run(['no-such-set', '--', 'true']);
    expect(await ended).toMatchObject({ code: 78, text: expect.stringContaining('no set of secrets') as string });
  });
});
