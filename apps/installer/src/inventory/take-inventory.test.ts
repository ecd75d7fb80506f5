import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inventorySchema } from '@mcp-coordinator/contract/inventory.contract';
import { afterEach, describe, expect, it } from 'vitest';
import { KILOCODE, makeExecutor, makeRoots, type Roots } from '../testing/installer-rig.ts';
import { gitTracked } from './git-tracked.ts';
import { resolveCommand } from './resolve-command.ts';
import { takeInventory } from './take-inventory.ts';

let roots: Roots;
afterEach(() => roots.remove());
const SECRET = 'postgres://u:hunter2secret@h/d';

async function inventoryOf(files: Record<string, string | object>) {
  roots = makeRoots(files);
  const { machine } = await makeExecutor(roots);
  return inventorySchema.parse(
    await takeInventory(machine, () => Promise.resolve({ status: 'unknown', reason: 'not asked' })),
  );
}

describe('an inventory', () => {
  it('holds every server of every client, in one form, without a secret', async () => {
    const { servers, files } = await inventoryOf({
      [KILOCODE]: { mcpServers: { a: { command: 'x', args: [SECRET], timeout: 5, alwaysAllow: ['t'] } } },
      'kilo.jsonc':
        '// c\n{"mcp": {"b": {"type": "local", "command": ["y", "z"], "environment": {"DB": "postgres://u:hunter2secret@h/d"}}}}',
      '.vscode/mcp.json': { servers: { c: { type: 'http', url: 'https://h/mcp?token=abcdef123' } } },
      '.mcp.json': {
        mcpServers: { d: { type: 'http', url: 'https://h/', headers: { Authorization: 'Bearer abc123def456ghi789' } } },
      },
      '~/.cursor/mcp.json': { mcpServers: { e: { url: 'https://h/' } } },
      '~/.claude.json': {
        numStartups: 1,
        mcpServers: { f: { command: 'f' } },
        projects: { '/p': { mcpServers: { g: { command: 'g' } } } },
      },
      '~/.config/Claude/claude_desktop_config.json': { mcpServers: { h: { command: 'h' } } },
    });
    expect(servers.map(({ name, client, scope, pointer }) => [name, client, scope, pointer]).sort()).toEqual([
      ['a', 'kilocode', 'project', '/mcpServers/a'],
      ['b', 'kilo', 'project', '/mcp/b'],
      ['c', 'vscode', 'project', '/servers/c'],
      ['d', 'claude-code', 'project', '/mcpServers/d'],
      ['e', 'cursor', 'user', '/mcpServers/e'],
      ['f', 'claude-code', 'user', '/mcpServers/f'],
      ['g', 'claude-code', 'local', '/projects/~1p/mcpServers/g'],
      ['h', 'claude-desktop', 'user', '/mcpServers/h'],
    ]);
    expect(servers.find(({ name }) => name === 'a')?.launch).toEqual({
      transport: 'stdio',
      command: 'x',
      args: ['postgres://u:••••@h/d'],
      enabled: true,
      timeoutMs: 5000,
      autoApprove: ['t'],
    });
    expect(files.length).toBe(8);
    expect(JSON.stringify([servers, files])).not.toMatch(/hunter2secret|abcdef123|abc123def456/);
  });

  it('lists no local section where there is none', async () => {
    const { files } = await inventoryOf({ '~/.claude.json': { mcpServers: { f: { command: 'f' } } } });
    expect(files.map(({ scope }) => scope)).toEqual(['user']);
  });

  it('reports a file that cannot be read, and goes on', async () => {
    roots = makeRoots({
      [KILOCODE]: '{\n  "mcpServers": {\n    oops\n',
      '.cursor/mcp.json': { mcpServers: { ok: { command: 'x' } } },
      '.mcp.json': '',
    });
    mkdirSync(join(roots.workspace, '.vscode/mcp.json'), { recursive: true });
    symlinkSync('/etc/hostname', roots.at('kilo.json'));
    symlinkSync(roots.at('kilo.jsonc'), roots.at('kilo.jsonc'));
    mkdirSync(roots.at('~/.cursor'), { recursive: true });
    execFileSync('mkfifo', [roots.at('~/.cursor/mcp.json')]);
    const { machine } = await makeExecutor(roots);
    const { files, servers } = await takeInventory(machine, () => Promise.resolve({ status: 'unknown', reason: 'x' }));
    const problems = Object.fromEntries(
      files.map(({ path, problem, sectionHash }) => [path.slice(roots.workspace.length + 1), problem ?? sectionHash]),
    );
    expect(problems).toMatchObject({
      [KILOCODE]: { message: 'InvalidSymbol', line: 3, column: 5 },
      '.vscode/mcp.json': { message: 'is not a regular file' },
      '.mcp.json': 'nothing',
    });
    expect(files.find(({ scope }) => scope === 'user')?.problem?.message).toBe('is not a regular file');
    expect(problems).not.toHaveProperty('kilo.json');
    expect(servers.map(({ name }) => name)).toEqual(['ok']);
  });

  it('knows the same section by its hash, whatever the layout', async () => {
    const first = await inventoryOf({ [KILOCODE]: { mcpServers: { a: { command: 'x', args: ['1'] } } } });
    const { machine } = await makeExecutor(roots);
    const again = async (text: string) => {
      roots.write(KILOCODE, text);
      return (await takeInventory(machine, () => Promise.resolve({ status: 'unknown', reason: 'x' }))).files[0]
        ?.sectionHash;
    };
    expect(await again('{"x": 1, "mcpServers": {"a": {"args": ["1"], "command": "x"}}} // c')).toBe(
      first.files[0]?.sectionHash,
    );
    expect(await again('{"mcpServers": {"a": {"args": ["2"], "command": "x"}}}')).not.toBe(first.files[0]?.sectionHash);
  });
});

describe('gitTracked', () => {
  it('tells tracked from untracked, outside from unknown, and runs nothing of the repository', async () => {
    roots = makeRoots({ tracked: '', untracked: '' });
    const env = { PATH: process.env['PATH'] ?? '', HOME: roots.home };
    const ask = async (name: string, around = env) => (await gitTracked([roots.at(name)], around)).get(roots.at(name));
    expect(await ask('tracked')).toBe(false);
    execFileSync('git', ['init', '-q', roots.workspace]);
    execFileSync('git', ['-C', roots.workspace, 'add', 'tracked']);
    writeFileSync(roots.at('evil.sh'), `#!/bin/sh\ntouch ${roots.at('ran')}\n`, { mode: 0o755 });
    execFileSync('git', ['-C', roots.workspace, 'config', 'core.fsmonitor', roots.at('evil.sh')]);
    expect(await ask('tracked')).toBe(true);
    expect(await ask('untracked')).toBe(false);
    expect(await ask('tracked', { PATH: '/nowhere', HOME: '' })).toBe('unknown');
    expect(() => roots.read('ran')).toThrow();
  });
});

describe('resolveCommand', () => {
  it('finds a command on PATH and says whether others may replace it', async () => {
    roots = makeRoots({ 'bin/tool': '', 'open/tool': '', 'plain/tool': '' });
    chmodSync(roots.at('bin/tool'), 0o755);
    chmodSync(roots.at('open/tool'), 0o777);
    const path = ['relative', roots.at('plain'), roots.at('bin'), roots.at('open')].join(':');
    expect(await resolveCommand('tool', path)).toEqual({ path: roots.at('bin/tool'), othersMayWrite: false });
    expect(await resolveCommand(roots.at('open/tool'), '')).toEqual({
      path: roots.at('open/tool'),
      othersMayWrite: true,
    });
    chmodSync(roots.at('bin'), 0o777);
    expect(await resolveCommand('tool', path)).toMatchObject({ othersMayWrite: true });
    expect(await resolveCommand('./bin/tool', path)).toBeNull();
    expect(await resolveCommand('nothing', path)).toBeNull();
    expect(await resolveCommand('', path)).toBeNull();
  });
});
