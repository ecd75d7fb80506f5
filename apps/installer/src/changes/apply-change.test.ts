import { chmodSync, existsSync, lstatSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownFile } from '../clients/known-clients.ts';
import { serversIn } from '../inventory/configured-servers.ts';
import { openConfig } from '../inventory/open-config.ts';
import { inChild } from '../testing/in-child.ts';
import {
  KILOCODE,
  MEMORY,
  makeExecutor,
  makeRoots,
  planOne,
  type Roots,
  requestFor,
} from '../testing/installer-rig.ts';
import { applyChange } from './apply-change.ts';
import { CHANGE_STEPS, type Executor } from './executor.ts';
import { rollbackChange } from './rollback-change.ts';

const BEFORE =
  '// mine\n{\n\t"mcpServers": { // all\n\t\t"old": {"command": "x", "env": {"DB_PASSWORD": "hunter2secret"}}, // tail\n\t},\n}\n';
const install: Action = { id: 'a1', type: 'install_server', serverName: 'memory', ...MEMORY };
const remove: Action = { id: 'a2', type: 'remove_server', serverName: 'old' };
const quiet = () => undefined;

let roots: Roots;
beforeEach(() => {
  roots = makeRoots({ [KILOCODE]: BEFORE });
});
afterEach(() => roots.remove());

async function applied(executor: Executor, action: Action) {
  const { plan, action: resolved } = await planOne(executor, action);
  const request = requestFor(resolved, plan.planDigest);
  return { request, resolved, plan, outcome: await applyChange(executor, request, resolved, quiet) };
}
const undo = async (executor: Executor, { request }: Awaited<ReturnType<typeof applied>>) =>
  rollbackChange(executor, { ...request, operation: 'rollback', jti: 'undo' }, quiet);

/** The server `old` as its client would start it; its command is nowhere on PATH. */
async function configuredOld({ machine }: Executor) {
  const file = knownFile(machine.place, 'kilocode', 'project', join(roots.workspace, KILOCODE));
  if (!file) throw new Error('the file of this test belongs to no client');
  const opened = await openConfig(file, machine.roots);
  const server = opened.ok
    ? serversIn(file, opened.value.document?.value).find(({ name }) => name === 'old')
    : undefined;
  if (!server) throw new Error('the file of this test has no server old');
  return server;
}

describe('a change', () => {
  it('is written as previewed, and undone to the byte', async () => {
    const executor = await makeExecutor(roots);
    const change = await applied(executor, install);
    expect(change.outcome).toMatchObject({ status: 'completed', error: null, replayed: false });
    expect(change.outcome.diff).toBe(change.plan.diff);
    expect(roots.read(KILOCODE)).toContain('"memory"');
    expect(await undo(executor, change)).toMatchObject({ status: 'rolled_back' });
    expect(roots.read(KILOCODE)).toBe(BEFORE);
    expect(readdirSync(join(roots.workspace, '.kilocode'))).toEqual(['mcp.json']);
  });

  it('gives the same answer again, over a restart, and does nothing twice', async () => {
    const change = await applied(await makeExecutor(roots), install);
    roots.write(KILOCODE, BEFORE);
    const again = await applyChange(await makeExecutor(roots), change.request, change.resolved, quiet);
    expect(again).toEqual({ ...change.outcome, replayed: true });
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });

  it('is refused under ids that were used for something else', async () => {
    const executor = await makeExecutor(roots);
    const change = await applied(executor, install);
    const after = roots.read(KILOCODE);
    const other = { ...remove, id: 'a1' } satisfies Action;
    const { plan, action } = await planOne(executor, other);
    expect(await applyChange(executor, requestFor(action, plan.planDigest), action, quiet)).toMatchObject({
      status: 'refused',
    });
    expect(await applyChange(executor, { ...change.request, executionId: 'e9' }, change.resolved, quiet)).toMatchObject(
      { status: 'refused' },
    );
    expect(roots.read(KILOCODE)).toBe(after);
  });

  it('is stale when the section changed since the preview, and writes nothing', async () => {
    const executor = await makeExecutor(roots);
    const { plan, action } = await planOne(executor, install);
    const changed = BEFORE.replace('"x"', '"y"');
    roots.write(KILOCODE, changed);
    expect(await applyChange(executor, requestFor(action, plan.planDigest), action, quiet)).toMatchObject({
      status: 'stale',
    });
    expect(roots.read(KILOCODE)).toBe(changed);
  });

  it('goes through when only the rest of the file changed, and is then taken back alone', async () => {
    const executor = await makeExecutor(roots);
    const { plan, action } = await planOne(executor, install);
    roots.write(KILOCODE, BEFORE.replace('\t"mcp', '\t"theme": 1,\n\t"mcp'));
    const request = requestFor(action, plan.planDigest);
    expect(await applyChange(executor, request, action, quiet)).toMatchObject({ status: 'completed' });
    const rewritten = roots.read(KILOCODE).replace('"theme": 1', '"theme": 2');
    roots.write(KILOCODE, rewritten);
    expect(await rollbackChange(executor, { ...request, operation: 'rollback', jti: 'u' }, quiet)).toMatchObject({
      status: 'rolled_back',
    });
    expect(roots.read(KILOCODE)).toBe(BEFORE.replace('\t"mcp', '\t"theme": 2,\n\t"mcp'));
  });

  it('that removed an entry is taken back in its very words', async () => {
    const executor = await makeExecutor(roots);
    const change = await applied(executor, remove);
    roots.write(KILOCODE, roots.read(KILOCODE).replace('// mine', '// ours'));
    expect(await undo(executor, change)).toMatchObject({ status: 'rolled_back' });
    expect(roots.read(KILOCODE)).toContain('"old": {"command": "x", "env": {"DB_PASSWORD": "hunter2secret"}}');
  });

  it('is not undone where someone changed the very entry', async () => {
    const executor = await makeExecutor(roots);
    const change = await applied(executor, install);
    const changed = roots.read(KILOCODE).replace(MEMORY.command, '/other');
    roots.write(KILOCODE, changed);
    expect(await undo(executor, change)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('changed by someone else') as string,
    });
    expect(roots.read(KILOCODE)).toBe(changed);
  });

  it('that dropped approvals beside the entry is taken back alone', async () => {
    const before = '{"mcp": {"s": {"type": "local", "command": ["x"]}}, "permission": {"s_*": "allow", "bash": "ask"}}';
    roots.write('kilo.json', before);
    const executor = await makeExecutor(roots);
    const change = await applied(executor, {
      id: 'u',
      type: 'update_server',
      serverName: 's',
      fixes: ['require_approval'],
    });
    expect(change.outcome.status).toBe('completed');
    roots.write('kilo.json', roots.read('kilo.json').replace('"ask"', '"deny"'));
    expect(await undo(executor, change)).toMatchObject({ status: 'rolled_back' });
    expect(JSON.parse(roots.read('kilo.json'))).toEqual(JSON.parse(before.replace('"ask"', '"deny"')));
  });

  it('that failed is undone by doing nothing, whatever happened to the file since', async () => {
    const executor = await makeExecutor(roots, { capture: true });
    const change = await applied(executor, { ...install, args: ['-e', 'process.exit(3)'] });
    expect(change.outcome.status).toBe('failed');
    roots.write(KILOCODE, BEFORE.replace('// mine', '// ours'));
    expect(await undo(executor, change)).toMatchObject({ status: 'rolled_back' });
    expect(roots.read(KILOCODE)).toBe(BEFORE.replace('// mine', '// ours'));
  });

  it('undoes nothing that was never done', async () => {
    const request = requestFor(install, 'sha256:x', 'never', 'rollback');
    expect(await rollbackChange(await makeExecutor(roots), request, quiet)).toMatchObject({
      status: 'refused',
    });
  });

  it('keeps mode and symbolic link', async () => {
    chmodSync(roots.at(KILOCODE), 0o640);
    symlinkSync(roots.at(KILOCODE), roots.at('.mcp.json'));
    const executor = await makeExecutor(roots);
    const target = {
      installerId: 'generic-mcp-installer',
      client: 'claude-code',
      scope: 'project',
      path: roots.at('.mcp.json'),
    } as const;
    const change = await applied(executor, { ...install, target });
    expect(change.outcome.status).toBe('completed');
    expect(lstatSync(roots.at('.mcp.json')).isSymbolicLink()).toBe(true);
    expect(statSync(roots.at(KILOCODE)).mode & 0o777).toBe(0o640);
    expect(roots.read(KILOCODE)).toContain('"memory"');
  });

  it('makes a file that was not there, and leaves no trace of it', async () => {
    const executor = await makeExecutor(roots);
    const path = roots.at('~/.cursor/mcp.json');
    const change = await applied(executor, {
      ...install,
      target: { installerId: 'generic-mcp-installer', client: 'cursor', scope: 'user', path },
    });
    expect(JSON.parse(roots.read('~/.cursor/mcp.json'))).toEqual({ mcpServers: { memory: MEMORY } });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await undo(executor, change)).toMatchObject({ status: 'rolled_back' });
    expect(existsSync(join(roots.home, '.cursor'))).toBe(false);
  });

  it('does not follow a link out of the roots', async () => {
    symlinkSync('/etc', roots.at('.cursor'));
    const executor = await makeExecutor(roots);
    const target = {
      installerId: 'generic-mcp-installer',
      client: 'cursor',
      scope: 'project',
      path: roots.at('.cursor/mcp.json'),
    } as const;
    await expect(planOne(executor, { ...install, target })).rejects.toThrow(/outside the installer's roots/);
  });
});

describe('secrets of a change', () => {
  it('go to the store, reach the server through the launcher, and stay out of file and journal', async () => {
    const executor = await makeExecutor(roots);
    const change = await applied(executor, { ...install, env: { API_KEY: '9f86d081884c7d659a2f', LEVEL: 'debug' } });
    expect(change.outcome.status).toBe('completed');
    expect(roots.read(KILOCODE)).toContain('"LEVEL": "debug"');
    const [stored] = readdirSync(join(roots.data, 'secrets'));
    expect(statSync(join(roots.data, 'secrets', stored!)).mode & 0o777).toBe(0o600);
    expect(await executor.secretStore.read(stored!.replace('.json', ''))).toMatchObject({
      values: { API_KEY: '9f86d081884c7d659a2f' },
    });
    const written = [
      roots.read(KILOCODE),
      ...readdirSync(join(roots.data, 'journal')).map((name) => roots.read(`../data/journal/${name}`)),
    ].join();
    expect(written).not.toContain('9f86d081884c7d659a2f');
  });

  it('stay with a server whose other members are updated', async () => {
    const executor = await makeExecutor(roots);
    await applied(executor, { ...install, env: { API_KEY: '9f86d081884c7d659a2f' } });
    const { plan } = await planOne(executor, {
      id: 'u',
      type: 'update_server',
      serverName: 'memory',
      args: ['other.js'],
    });
    expect(plan.launch?.argv.slice(-3)).toEqual(['--', MEMORY.command, 'other.js']);
    const replaced = await planOne(executor, {
      id: 'u',
      type: 'update_server',
      serverName: 'memory',
      env: { LEVEL: 'x' },
    });
    expect(replaced.plan.launch?.argv).toEqual([MEMORY.command, ...MEMORY.args]);
  });
});

describe('a start check', () => {
  it('starts the new server and lists its tools', async () => {
    const executor = await makeExecutor(roots, { capture: true });
    const { outcome } = await applied(executor, install);
    expect(outcome.log.join('\n')).toMatch(/memory started in \d+ ms and offers 9 tools/);
  });

  it('is kept where the server did not start before the change either', async () => {
    const executor = await makeExecutor(roots, { capture: true });
    await executor.captures.fresh(await configuredOld(executor));
    const tidy: Action = { id: 'a5', type: 'update_server', serverName: 'old', fixes: ['move_secrets'] };
    const { outcome } = await applied(executor, tidy);
    expect(outcome).toMatchObject({ status: 'completed' });
    expect(outcome.log.join('\n')).toContain('still does not start, as before the change');
    expect(roots.read(KILOCODE)).not.toContain('hunter2secret');
  });

  it('puts the file back when the server does not start', async () => {
    const executor = await makeExecutor(roots, { capture: true });
    const broken: Action = {
      ...install,
      command: process.execPath,
      args: ['-e', 'console.error("no key for you: token=abcdefgh1"); process.exit(3)'],
    };
    const { outcome } = await applied(executor, broken);
    expect(outcome).toMatchObject({ status: 'failed' });
    expect(outcome.error).toMatch(/no key for you: token=••••[\s\S]*code 3[\s\S]*put back/);
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });
});

const crashing = async (input: object) => {
  const { signal, output } = await inChild(new URL('../testing/crash-child.ts', import.meta.url), input);
  return { signal, outcome: output as ActionOutcome | null };
};

describe('kill -9', () => {
  it.each(CHANGE_STEPS)(
    'at %s: the next run finishes the change once, and undoing gives the bytes back',
    async (dieAt) => {
      const { plan, action } = await planOne(await makeExecutor(roots), install);
      const request = requestFor(action, plan.planDigest);
      expect(await crashing({ roots, request, action, dieAt })).toEqual({ signal: 'SIGKILL', outcome: null });
      const executor = await makeExecutor(roots);
      const outcome = await applyChange(executor, { ...request, jti: 'a-new-grant' }, action, quiet);
      expect(outcome).toMatchObject({ status: 'completed', replayed: false });
      expect(roots.read(KILOCODE).match(/"memory"/g)).toHaveLength(1);
      expect(await rollbackChange(executor, { ...request, operation: 'rollback', jti: 'u' }, quiet)).toMatchObject({
        status: 'rolled_back',
      });
      expect(roots.read(KILOCODE)).toBe(BEFORE);
      expect(readdirSync(join(roots.workspace, '.kilocode'))).toEqual(['mcp.json']);
    },
  );

  it.each(['file_written', 'intent_written'] as const)('at %s, then straight to undoing', async (dieAt) => {
    const { plan, action } = await planOne(await makeExecutor(roots), install);
    const request = requestFor(action, plan.planDigest);
    await crashing({ roots, request, action, dieAt });
    const undone = await rollbackChange(
      await makeExecutor(roots),
      { ...request, operation: 'rollback', jti: 'u' },
      quiet,
    );
    expect(undone).toMatchObject({ status: 'rolled_back' });
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });

  it('while undoing, before its outcome is written', async () => {
    const executor = await makeExecutor(roots);
    const { request, resolved } = await applied(executor, install);
    const back = { ...request, operation: 'rollback' as const, jti: 'u' };
    expect((await crashing({ roots, request: back, action: resolved, dieAt: 'before_conclude' })).signal).toBe(
      'SIGKILL',
    );
    expect(await rollbackChange(await makeExecutor(roots), back, quiet)).toMatchObject({
      status: 'rolled_back',
    });
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });
});

describe('two installers', () => {
  it('lose neither change on one file', async () => {
    const executors = await Promise.all([0, 1, 2, 3].map(() => makeExecutor(roots)));
    const outcomes = await Promise.all(
      executors.map(async (executor, index) => {
        const action: Action = { ...install, id: `a${index}`, serverName: `memory-${index}` };
        // Each sees the others' writes as a changed section, and goes again with a fresh plan as a coordinator would.
        for (let attempt = 0; ; attempt++) {
          const { plan, action: resolved } = await planOne(executor, action);
          const outcome = await applyChange(
            executor,
            requestFor(resolved, plan.planDigest, `execution-${index}-${attempt}`),
            resolved,
            quiet,
          );
          if (outcome.status !== 'stale') return outcome.status;
        }
      }),
    );
    expect(outcomes).toEqual(['completed', 'completed', 'completed', 'completed']);
    for (const index of [0, 1, 2, 3]) expect(roots.read(KILOCODE)).toContain(`"memory-${index}"`);
    expect(roots.read(KILOCODE)).toContain('// all');
  });

  it('in two processes: one is stale or both are in the file', async () => {
    const executor = await makeExecutor(roots);
    const runs = await Promise.all(
      ['x', 'y'].map(async (name) => {
        const { plan, action } = await planOne(executor, { ...install, id: name, serverName: name });
        return { roots, request: requestFor(action, plan.planDigest, name), action, dieAt: null };
      }),
    );
    const outcomes = await Promise.all(runs.map((run) => crashing(run)));
    expect(outcomes.map(({ outcome }) => outcome?.status).sort()).toEqual(['completed', 'stale']);
  });
});
