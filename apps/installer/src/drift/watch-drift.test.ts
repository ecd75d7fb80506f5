import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { Drift } from '@mcp-coordinator/contract/inventory.contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyChange } from '../changes/apply-change.ts';
import type { Executor } from '../changes/executor.ts';
import { rollbackChange } from '../changes/rollback-change.ts';
import { KILOCODE, makeExecutor, makeRoots, planOne, type Roots, requestFor } from '../testing/installer-rig.ts';
import { type DriftWatch, watchDrift } from './watch-drift.ts';

/** The bound of the requirement. */
const WITHIN_MS = 2000;
const BEFORE = { mcpServers: { a: { command: 'x' }, b: { command: 'y' } } };

let roots: Roots;
let executor: Executor;
let watch: DriftWatch;
let seen: Drift[] = [];
beforeEach(async () => {
  roots = makeRoots({ [KILOCODE]: BEFORE, '~/.codex/config.toml': '[mcp_servers.c]\ncommand = "z"\n' });
  executor = await makeExecutor(roots);
  seen = [];
  watch = await watching();
});
const watching = () =>
  watchDrift({
    executor,
    onDrift: (drift) => seen.push(...drift),
    onError: (error) => {
      throw error;
    },
  });
afterEach(async () => {
  await watch.stop();
  roots.remove();
});

const noticed = (expected: object) =>
  vi.waitFor(() => expect(seen).toEqual([expect.objectContaining(expected)]), { timeout: WITHIN_MS, interval: 20 });
/** A change that is told proves that all looks up to it told of nothing else. */
async function nothingElse(): Promise<void> {
  roots.write('.mcp.json', { mcpServers: { marker: { command: String(seen.length) } } });
  await noticed({ path: roots.at('.mcp.json') });
  rmSync(roots.at('.mcp.json'));
  await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: WITHIN_MS, interval: 20 });
  seen = [];
}

describe('a change from outside', () => {
  it('is told within two seconds, with what changed', async () => {
    roots.write(KILOCODE, { mcpServers: { a: { command: 'other' }, n: { command: 'new' } } });
    await noticed({
      client: 'kilocode',
      scope: 'project',
      path: roots.at(KILOCODE),
      servers: [
        { name: 'a', change: 'changed', before: { transport: 'stdio', command: 'x', enabled: true } },
        { name: 'n', change: 'added' },
        { name: 'b', change: 'removed', before: { transport: 'stdio', command: 'y', enabled: true } },
      ],
    });
  });

  it('is told of a file that replaces another, and of one that goes', async () => {
    roots.write('.kilocode/new.json', { mcpServers: { a: { command: 'x' } } });
    renameSync(roots.at('.kilocode/new.json'), roots.at(KILOCODE));
    await noticed({ servers: [expect.objectContaining({ name: 'b', change: 'removed' })] });
    seen = [];
    rmSync(roots.at(KILOCODE));
    await noticed({ servers: [expect.objectContaining({ name: 'a', change: 'removed' })] });
  });

  it('is told of a file in a folder that was not there', async () => {
    roots.write('~/.gemini/settings.json', { mcpServers: { g: { command: 'x' } } });
    await noticed({ client: 'gemini', servers: [{ name: 'g', change: 'added' }] });
  });

  it('is told where the file can no longer be read', async () => {
    roots.write('~/.codex/config.toml', '[mcp_servers.c\n');
    await noticed({ client: 'codex', servers: [] });
  });

  it('is none where only the rest of the file, its layout or its mode changed', async () => {
    roots.write(KILOCODE, `// mine\n${JSON.stringify({ theme: 'dark', ...BEFORE })}`);
    chmodSync(roots.at(KILOCODE), 0o600);
    await nothingElse();
  });

  it('is none in a file that a link brings in from outside the roots', async () => {
    mkdirSync(roots.at('.cursor'));
    symlinkSync('/etc/hostname', roots.at('.cursor/mcp.json'));
    await nothingElse();
  });
});

describe('a change of our own', () => {
  it('is no drift, nor is undoing it; one by someone else afterwards is', async () => {
    const action: Action = { id: 'a1', type: 'remove_server', serverName: 'b' };
    const { plan, action: resolved } = await planOne(executor, action);
    const request = requestFor(resolved, plan.planDigest);
    await applyChange(executor, request, resolved, () => undefined);
    await nothingElse();
    await rollbackChange(executor, { ...request, operation: 'rollback', jti: 'u' }, () => undefined);
    await nothingElse();
    roots.write(KILOCODE, { mcpServers: {} });
    await noticed({ servers: [expect.anything(), expect.anything()] });
  });
});

describe('a change made while nobody watched', () => {
  /** What the next watch tells at once. */
  async function toldAfter(meanwhile: () => unknown): Promise<Drift[]> {
    await watch.stop();
    await meanwhile();
    watch = await watching();
    return seen;
  }

  it('is told at the next start, with what changed, where something was known', async () => {
    await watch.remember();
    const told = await toldAfter(() => {
      roots.write(KILOCODE, { mcpServers: { a: { command: 'other' } } });
      roots.write('~/.gemini/settings.json', { mcpServers: { g: { command: 'x' } } });
      roots.write('~/.continue/mcpServers/new.json', { mcpServers: { n: { command: 'x' } } });
      rmSync(roots.at('~/.codex/config.toml'));
    });
    const byClient = Object.fromEntries(told.map(({ client, servers }) => [client, servers]));
    expect(byClient).toEqual({
      kilocode: [
        { name: 'a', change: 'changed', before: { transport: 'stdio', command: 'x', enabled: true } },
        { name: 'b', change: 'removed', before: { transport: 'stdio', command: 'y', enabled: true } },
      ],
      gemini: [{ name: 'g', change: 'added' }],
      continue: [{ name: 'n', change: 'added' }],
      codex: [expect.objectContaining({ name: 'c', change: 'removed' })],
    });
  });

  it('is told once, and again only where it was not remembered', async () => {
    await watch.remember();
    expect(await toldAfter(() => roots.write(KILOCODE, { mcpServers: {} }))).toHaveLength(1);
    seen = [];
    expect(await toldAfter(() => undefined)).toHaveLength(1);
    seen = [];
    await watch.remember();
    expect(await toldAfter(() => undefined)).toEqual([]);
  });

  it('is none where nothing was known yet, or a command of this installer made it', async () => {
    expect(await toldAfter(() => roots.write(KILOCODE, { mcpServers: {} }))).toEqual([]);
    roots.write(KILOCODE, BEFORE);
    await noticed({ path: roots.at(KILOCODE) });
    seen = [];
    await watch.stop();
    watch = await watching();
    await watch.remember();
    const told = await toldAfter(async () => {
      const other = await makeExecutor(roots);
      const { plan, action } = await planOne(other, { id: 'a1', type: 'remove_server', serverName: 'b' });
      await applyChange(other, requestFor(action, plan.planDigest), action, () => undefined);
      executor = await makeExecutor(roots);
    });
    expect(told).toEqual([]);
  });

  it('leaves no value of a server in what is kept', async () => {
    roots.write(KILOCODE, { mcpServers: { a: { command: 'x', env: { API_TOKEN: 'hunter2secret' } } } });
    await noticed({ path: roots.at(KILOCODE) });
    await watch.remember();
    const kept = readFileSync(join(roots.data, 'known-files.json'), 'utf8');
    expect(kept).toContain(KILOCODE);
    expect(kept).not.toContain('hunter2secret');
  });
});
