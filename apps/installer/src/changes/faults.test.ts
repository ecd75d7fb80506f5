import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { ClientId, Scope } from '@mcp-coordinator/contract/inventory.contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CaptureBook } from '../capture/capture-book.ts';
import { keyedHashWith } from '../inventory/keyed-hash.ts';
import {
  KILOCODE,
  makeExecutor,
  makeRoots,
  planOne,
  previewWith,
  type Roots,
  requestFor,
} from '../testing/installer-rig.ts';
import { applyChange } from './apply-change.ts';
import type { Executor } from './executor.ts';

const BEFORE = '{\n  // mine\n  "mcpServers": { "old": { "command": "x" } }\n}\n';
const install: Action = { id: 'a1', type: 'install_server', serverName: 'new', command: 'node', args: ['x'] };

let roots: Roots;
beforeEach(() => {
  roots = makeRoots({ [KILOCODE]: BEFORE });
});
afterEach(() => roots.remove());

const target = (client: ClientId, scope: Scope, name: string) => ({
  ...{ installerId: 'generic-mcp-installer', client, scope, path: roots.at(name) },
});
const HERE = () => target('kilocode', 'project', KILOCODE);
const refusalOf = async (executor: Executor, action: Action): Promise<string> =>
  (await previewWith(executor, [action])).refused[0]?.reason ?? 'not refused';
async function applied(executor: Executor, action: Action) {
  const { plan, action: resolved } = await planOne(executor, action);
  return applyChange(executor, requestFor(resolved, plan.planDigest), resolved, () => undefined);
}
/** Puts something else where a file or folder was. */
const instead = (name: string, put: (path: string) => unknown) => () => {
  rmSync(roots.at(name), { recursive: true });
  put(roots.at(name));
};
/** Nothing of a writer is left beside the file. */
const beside = () => readdirSync(join(roots.workspace, '.kilocode'));

describe('a file', () => {
  it.each<[string, () => void, RegExp]>([
    [
      'that does not parse',
      () => roots.write(KILOCODE, '{\n  "mcpServers": {,\n}'),
      /cannot be edited: .* at line 2, column/,
    ],
    ['that is not UTF-8', () => writeFileSync(roots.at(KILOCODE), Buffer.from([0x7b, 0xff, 0x7d])), /not UTF-8/],
    ['that is a folder', instead(KILOCODE, (path) => mkdirSync(path)), /not a regular file/],
    ['that is a pipe', instead(KILOCODE, (path) => execFileSync('mkfifo', [path])), /not a regular file/],
    ['that is read-only', () => chmodSync(roots.at(KILOCODE), 0o444), /is read-only/],
    [
      'that is larger than any client writes',
      () => truncateSync(roots.at(KILOCODE), 17 * 1024 * 1024),
      /larger than 16 MiB/,
    ],
    ['behind a link out of the roots', instead(KILOCODE, (path) => symlinkSync('/etc/hostname', path)), /outside/],
    ['behind a link to nothing', instead(KILOCODE, (path) => symlinkSync(roots.at('gone'), path)), /link to nothing/],
    ['in a folder behind a link out', instead('.kilocode', (path) => symlinkSync('/etc', path)), /outside/],
  ])('%s: is refused with the reason, and stays', async (_what, spoil, reason) => {
    spoil();
    const executor = await makeExecutor(roots);
    expect(await refusalOf(executor, { ...install, target: HERE() })).toMatch(reason);
    expect(await refusalOf(executor, { ...install, target: HERE() })).toContain('Nothing was changed');
  });

  it('that belongs to another user: is refused, to add and to remove', async () => {
    const executor = await makeExecutor(roots);
    const someone = { ...executor, machine: { ...executor.machine, userId: statSync(roots.at(KILOCODE)).uid + 1 } };
    for (const action of [install, { id: 'r', type: 'remove_server', serverName: 'old' } satisfies Action])
      expect(await refusalOf(someone, { ...action, target: HERE() })).toMatch(/belongs to another user/);
  });

  it('that vanished since the preview: nothing is made in its place', async () => {
    const executor = await makeExecutor(roots);
    const { plan, action } = await planOne(executor, { ...install, target: HERE() });
    rmSync(roots.at('.kilocode'), { recursive: true });
    const outcome = await applyChange(executor, requestFor(action, plan.planDigest), action, () => undefined);
    expect(outcome).toMatchObject({ status: 'stale' });
    expect(existsSync(roots.at('.kilocode'))).toBe(false);
  });

  it('of 10 MB: is changed and undone like any other', async () => {
    const history = Array.from({ length: 100_000 }, (_, line) => `    { "display": "${line} ${'x'.repeat(80)}" }`);
    roots.write(
      KILOCODE,
      `{\n  "history": [\n${history.join(',\n')}\n  ],\n  "mcpServers": { "old": { "command": "x" } }\n}\n`,
    );
    expect(statSync(roots.at(KILOCODE)).size).toBeGreaterThan(10_000_000);
    expect(await applied(await makeExecutor(roots), { ...install, target: HERE() })).toMatchObject({
      status: 'completed',
    });
    expect(roots.read(KILOCODE)).toContain('"new": {');
  }, 60_000);
});

/** A file system of its own with hardly any room, or none where this user may not mount one. */
function mountSmall(folder: string, bytes: string): boolean {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('sh', ['-c', `mount -t tmpfs -o size=${bytes} tmpfs '${folder}'`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const unmount = (folder: string) => execFileSync('sh', ['-c', `umount '${folder}'`]);

describe('a full disk', () => {
  it('under the file: the change fails, and the file is as it was', async ({ skip }) => {
    rmSync(roots.at('.kilocode'), { recursive: true });
    const folder = roots.at('.kilocode');
    if (!mountSmall(folder, '16k')) skip('this user may not mount a file system');
    try {
      roots.write(KILOCODE, BEFORE);
      writeFileSync(join(folder, 'rest'), '');
      const executor = await makeExecutor(roots);
      const fill = () =>
        execFileSync('sh', ['-c', `head -c 1000000 /dev/zero > ${join(folder, 'rest')} 2>/dev/null; true`]);
      fill();
      expect(await applied(executor, { ...install, target: HERE() })).toMatchObject({
        status: 'failed',
        error: expect.stringMatching(/disk is full.*Nothing was changed/) as string,
      });
      expect(roots.read(KILOCODE)).toBe(BEFORE);
      expect(beside().sort()).toEqual(['mcp.json', 'rest']);
    } finally {
      unmount(folder);
    }
  });

  it('under the journal: nothing is begun', async ({ skip }) => {
    if (!mountSmall(roots.data, '64k')) skip('this user may not mount a file system');
    try {
      const executor = await makeExecutor(roots);
      const { plan, action } = await planOne(executor, { ...install, target: HERE() });
      execFileSync('sh', ['-c', `head -c 1000000 /dev/zero > ${join(roots.data, 'rest')} 2>/dev/null; true`]);
      const outcome = await applyChange(executor, requestFor(action, plan.planDigest), action, () => undefined);
      expect(outcome).toMatchObject({ status: 'failed', error: expect.stringContaining('disk is full') as string });
      expect(roots.read(KILOCODE)).toBe(BEFORE);
    } finally {
      unmount(roots.data);
    }
  });
});

describe('a name', () => {
  it.each([
    '__proto__',
    'constructor',
    '../../x',
    'a/../b',
    '..',
    'a\\..\\b',
    'safe\u202eexe',
    'a\u200bb',
    ' a',
    '\ufeffa',
  ])('%j: is not given to a server', async (serverName) => {
    const executor = await makeExecutor(roots);
    expect(await refusalOf(executor, { ...install, serverName, target: HERE() })).toMatch(
      /cannot be given to a server/,
    );
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });

  it.each(['__proto__', '../../x', 'a\u202eb'])('%j: can be taken out where it stands', async (serverName) => {
    roots.write(
      KILOCODE,
      `{ "mcpServers": { ${JSON.stringify(serverName)}: { "command": "x" }, "old": { "command": "x" } } }`,
    );
    const outcome = await applied(await makeExecutor(roots), {
      id: 'r',
      type: 'remove_server',
      serverName,
      target: HERE(),
    });
    expect(outcome).toMatchObject({ status: 'completed' });
    expect(roots.read(KILOCODE)).toBe('{ "mcpServers": { "old": { "command": "x" } } }');
  });

  it('of a server in a registry may hold a slash', async () => {
    const action: Action = { ...install, serverName: 'io.github.user/server', target: HERE() };
    expect(await applied(await makeExecutor(roots), action)).toMatchObject({ status: 'completed' });
  });
});

describe('a server', () => {
  const marker = () => `faults-${roots.root.slice(-6)}`;
  async function impatient(): Promise<Executor> {
    const executor = await makeExecutor(roots);
    const { machine, secretStore } = executor;
    const captures = new CaptureBook({
      on: true,
      folder: join(roots.data, 'captures'),
      environment: machine.environment,
      home: roots.home,
      keyedHash: keyedHashWith(Buffer.alloc(32)),
      clock: machine.clock,
      secretStore,
      startMsMax: 2000,
    });
    return { ...executor, captures };
  }
  const running = (): string[] =>
    readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(marker());
        } catch {
          return false;
        }
      });

  it.each<[string, string, RegExp]>([
    ['hangs', 'setInterval(() => {}, 1000)', /did not start/],
    ['exits at once', 'process.exit(7)', /code 7/],
    ['prints rubbish', 'setInterval(() => console.log("hello {" + "x".repeat(1000)), 1)', /did not start/],
    [
      'forks',
      'require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", process.argv[1]], { stdio: "ignore" }); setInterval(() => {}, 1000)',
      /did not start/,
    ],
    [
      'forks a child into a session of its own',
      'require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", process.argv[1]], { stdio: "ignore", detached: true }).unref(); setInterval(() => {}, 1000)',
      /did not start/,
    ],
    [
      'leaves a child behind and ends',
      'require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", process.argv[1]], { stdio: "ignore", detached: true }).unref(); process.exit(4)',
      /code 4/,
    ],
  ])('that %s: the change fails, the file goes back, nothing is left running', async (_what, code, reason) => {
    const executor = await impatient();
    const action: Action = { ...install, command: process.execPath, args: ['-e', code, marker()], target: HERE() };
    const outcome = await applied(executor, action);
    expect(outcome).toMatchObject({ status: 'failed', error: expect.stringMatching(reason) as string });
    expect(outcome.error).toContain('put back as it was');
    expect(roots.read(KILOCODE)).toBe(BEFORE);
    await vi.waitFor(() => expect(running()).toEqual([]), { timeout: 5000 });
  });

  it('whose package does not exist: is refused before anything is written', async () => {
    const executor = await impatient();
    const action: Action = { ...install, command: 'npx', args: ['-y', 'no-such-package'], target: HERE() };
    expect(await refusalOf(executor, action)).toMatch(/knows no package no-such-package/);
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });
});
