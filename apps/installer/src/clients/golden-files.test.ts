import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { CLIENT_IDS, type ClientId, type Scope } from '@mcp-coordinator/contract/inventory.contract';
import { afterEach, describe, expect, it } from 'vitest';
import { applyChange } from '../changes/apply-change.ts';
import type { Executor } from '../changes/executor.ts';
import { rollbackChange } from '../changes/rollback-change.ts';
import { makeExecutor, makeRoots, planOne, type Roots, requestFor } from '../testing/installer-rig.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url));
/** Files as the clients write them, and after each change; what the last change leaves is the first file again. */
const FILES: Record<string, { client: ClientId; scope: Scope; path: string; kind: string }> = {
  kilo: { client: 'kilo', scope: 'user', path: '~/.config/kilo/kilo.jsonc', kind: 'jsonc' },
  kilocode: { client: 'kilocode', scope: 'project', path: '.kilocode/mcp.json', kind: 'json' },
  'claude-desktop': {
    client: 'claude-desktop',
    scope: 'user',
    path: '~/.config/Claude/claude_desktop_config.json',
    kind: 'json',
  },
  'claude-code': { client: 'claude-code', scope: 'user', path: '~/.claude.json', kind: 'json' },
  cursor: { client: 'cursor', scope: 'project', path: '.cursor/mcp.json', kind: 'json' },
  vscode: { client: 'vscode', scope: 'project', path: '.vscode/mcp.json', kind: 'json' },
  copilot: { client: 'copilot', scope: 'user', path: '~/.copilot/mcp-config.json', kind: 'json' },
  windsurf: { client: 'windsurf', scope: 'user', path: '~/.codeium/windsurf/mcp_config.json', kind: 'json' },
  zed: { client: 'zed', scope: 'user', path: '~/.config/zed/settings.json', kind: 'json' },
  cline: {
    client: 'cline',
    scope: 'user',
    path: '~/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json',
    kind: 'json',
  },
  roo: { client: 'roo', scope: 'project', path: '.roo/mcp.json', kind: 'json' },
  codex: { client: 'codex', scope: 'user', path: '~/.codex/config.toml', kind: 'toml' },
  gemini: { client: 'gemini', scope: 'user', path: '~/.gemini/settings.json', kind: 'json' },
  goose: { client: 'goose', scope: 'user', path: '~/.config/goose/config.yaml', kind: 'yaml' },
  continue: { client: 'continue', scope: 'user', path: '~/.continue/config.yaml', kind: 'yaml' },
  opencode: { client: 'opencode', scope: 'user', path: '~/.config/opencode/opencode.jsonc', kind: 'jsonc' },
  'opencode-v1': { client: 'opencode', scope: 'project', path: 'opencode.json', kind: 'json' },
  junie: { client: 'junie', scope: 'project', path: '.junie/mcp/mcp.json', kind: 'json' },
  'amazon-q': { client: 'amazon-q', scope: 'user', path: '~/.aws/amazonq/default.json', kind: 'json' },
};
const WRITTEN = Object.keys(FILES).filter((name) => name !== 'roo');

let roots: Roots | undefined;
afterEach(() => roots?.remove());
const fixture = (name: string, state: string) =>
  readFileSync(join(FIXTURES, name, `${state}.${FILES[name]?.kind}`), 'utf8');

async function stand(name: string) {
  const file = FILES[name]!;
  const made = makeRoots({ [file.path]: fixture(name, 'original') });
  roots = made;
  const executor = await makeExecutor(made);
  const { client, scope } = file;
  const target = { installerId: 'generic-mcp-installer', client, scope, path: made.at(file.path) };
  const read = () => made.read(file.path);
  const write = (text: string) => made.write(file.path, text);
  return { executor, target, read, write };
}

async function carryOut(executor: Executor, action: Action) {
  const { plan, action: resolved } = await planOne(executor, action);
  const request = requestFor(resolved, plan.planDigest, `execution-${action.id}`);
  expect(await applyChange(executor, request, resolved, () => undefined)).toMatchObject({ status: 'completed' });
  return { ...request, operation: 'rollback' as const, jti: `undo-${action.id}` };
}

describe('golden files', () => {
  it('are there for every client', () => {
    expect(new Set(Object.values(FILES).map(({ client }) => client))).toEqual(new Set(CLIENT_IDS));
    expect(readdirSync(FIXTURES).sort()).toEqual(Object.keys(FILES).sort());
  });

  it.each(WRITTEN)('%s: added, changed, removed', async (name) => {
    const { executor, target, read } = await stand(name);
    const base = { serverName: 'added', target };
    const launch = { command: 'node', args: ['server.js', '--root', '/srv'], env: { LEVEL: 'debug' } };
    await carryOut(executor, { ...base, id: 'a', type: 'install_server', ...launch });
    expect(read()).toBe(fixture(name, 'added'));
    const changed = { args: ['server.js', '--root', '/data files'], env: { LEVEL: 'info', MODE: 'x=1 # "y"' } };
    await carryOut(executor, { ...base, id: 'b', type: 'update_server', ...changed });
    expect(read()).toBe(fixture(name, 'changed'));
    await carryOut(executor, { ...base, id: 'c', type: 'remove_server' });
    expect(read()).toBe(fixture(name, 'original'));
  });

  it.each(WRITTEN)('%s: a change is undone alone in a file that changed elsewhere', async (name) => {
    const { executor, target, read, write } = await stand(name);
    const action: Action = {
      id: 'a',
      type: 'install_server',
      serverName: 'added',
      target,
      command: 'node',
      args: ['x'],
    };
    const request = await carryOut(executor, action);
    const elsewhere = (text: string) => text.replace(/docs\.example|ada|microphone|playwright/i, 'changed');
    write(elsewhere(read()));
    expect(await rollbackChange(executor, request, () => undefined)).toMatchObject({ status: 'rolled_back' });
    expect(read()).toBe(elsewhere(fixture(name, 'original')));
  });

  it('roo: read and not written', async () => {
    const { executor, target, read } = await stand('roo');
    await expect(planOne(executor, { id: 'a', type: 'remove_server', serverName: 'docs', target })).rejects.toThrow(
      /discontinued/,
    );
    await expect(planOne(executor, { id: 'a', type: 'remove_server', serverName: 'docs' })).rejects.toThrow(
      /No server/,
    );
    expect(read()).toBe(fixture('roo', 'original'));
  });
});
