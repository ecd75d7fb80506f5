import { appendFileSync, existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  KILOCODE,
  makeExecutor,
  makeRoots,
  planOne,
  previewWith,
  type Roots,
  requestFor,
} from '../testing/installer-rig.ts';
import { type NpmRegistry, SERVER, startNpmRegistry, WORDS } from '../testing/npm-registry.ts';
import { applyChange } from './apply-change.ts';
import type { Executor } from './executor.ts';
import { rollbackChange } from './rollback-change.ts';

const BEFORE = '{\n  "mcpServers": {} // mine\n}\n';
const install: Action = {
  ...{
    id: 'a1',
    type: 'install_server',
    serverName: 'tiny',
    command: 'npx',
    args: ['-y', SERVER.name, '--root', '/srv'],
  },
  store: 'managed',
};

let registry: NpmRegistry;
let roots: Roots;
beforeAll(async () => {
  registry = await startNpmRegistry([SERVER, WORDS]);
});
afterAll(() => registry.stop());
beforeEach(() => {
  roots = makeRoots({ [KILOCODE]: BEFORE });
});
afterEach(() => roots.remove());

const quiet = () => undefined;
const target = () => ({
  ...{ installerId: 'generic-mcp-installer', client: 'kilocode', scope: 'project', path: roots.at(KILOCODE) },
});
const here = (action: Action): Action => ({ ...action, target: target() }) as Action;
/** An installer whose npm has this registry; or, offline, none that answers. */
async function online(reachable = true): Promise<Executor> {
  const environment = {
    ...registry.environment(roots.root),
    ...(reachable ? {} : { npm_config_registry: 'http://127.0.0.1:1/' }),
  };
  const viewPackage = () =>
    Promise.resolve({ kind: 'found' as const, version: '1.0.0', integrity: registry.integrity(SERVER.name) });
  return makeExecutor(roots, { capture: true, environment, viewPackage });
}
/** What was resolved is remembered; installing it is another matter. */
const withoutNpm = async (): Promise<Executor> => {
  const { packageStore } = await makeExecutor(roots, { environment: { PATH: '/nowhere' } });
  return { ...(await online()), packageStore };
};
async function applied(executor: Executor, action: Action, executionId = 'e1') {
  const { plan, action: resolved } = await planOne(executor, here(action));
  const request = requestFor(resolved, plan.planDigest, executionId);
  return { plan, resolved, request, outcome: await applyChange(executor, request, resolved, quiet) };
}
const entry = () =>
  (
    JSON.parse(roots.read(KILOCODE).replace('// mine', '')) as {
      mcpServers: { tiny?: { command: string; args: string[] } };
    }
  ).mcpServers.tiny;
const kept = () => (existsSync(join(roots.data, 'store/npm')) ? readdirSync(join(roots.data, 'store/npm')) : []);

describe('a managed installation', () => {
  it('is previewed without installing anything, and says exactly what will be kept', async () => {
    const { plan, action } = await planOne(await online(), here(install));
    expect(plan.launch?.argv).toEqual([
      process.execPath,
      expect.stringMatching(
        /store\/npm\/@tiny\+server@1\.0\.0-[0-9a-f]{16}\/node_modules\/@tiny\/server\/dist\/index\.js$/,
      ),
      '--root',
      '/srv',
    ]);
    expect(plan.package).toMatchObject({
      name: SERVER.name,
      version: '1.0.0',
      integrity: registry.integrity(SERVER.name),
    });
    expect(plan.steps).toContainEqual({
      step: 'Keep the package',
      result: 'would_run',
      observed: expect.stringMatching(/^2 packages in /) as string,
    });
    expect(action).toMatchObject({
      args: ['-y', `${SERVER.name}@1.0.0`, '--root', '/srv'],
      store: 'managed',
      lock: expect.stringMatching(/^sha256:/) as string,
    });
    expect(kept()).toEqual([]);
  });

  it('starts its own program, without npx and without a registry, and is undone to the byte', async () => {
    const executor = await online();
    const { outcome, request, resolved } = await applied(executor, install);
    expect(outcome).toMatchObject({ status: 'completed' });
    expect(outcome.log.join('\n')).toMatch(/installed @tiny\/server@1\.0\.0, 2 packages[\s\S]*offers 1 tools/);
    expect(entry()).toMatchObject({
      command: process.execPath,
      args: [expect.stringContaining('store/npm'), '--root', '/srv'],
    });
    const asked = registry.asked();
    const offline = await online(false);
    const undone = await rollbackChange(offline, { ...request, operation: 'rollback', jti: 'u' }, quiet);
    expect(undone).toMatchObject({ status: 'rolled_back' });
    expect(roots.read(KILOCODE)).toBe(BEFORE);
    const again = await applied(offline, resolved, 'e2');
    expect(again.outcome).toMatchObject({ status: 'completed' });
    expect(registry.asked()).toBe(asked);
  });

  it('is stale for who approved other dependencies', async () => {
    const executor = await online();
    const { plan, action } = await planOne(executor, here(install));
    const other = { ...action, lock: `sha256:${'0'.repeat(64)}` } as Action;
    const outcome = await applyChange(executor, requestFor(other, plan.planDigest), other, quiet);
    expect(outcome).toMatchObject({
      status: 'stale',
      error: expect.stringContaining('no longer what was planned') as string,
    });
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });

  it('fails without a change when it cannot be installed, and can be tried again', async () => {
    const { plan, action } = await planOne(await online(), here(install));
    const request = requestFor(action, plan.planDigest);
    const failed = await applyChange(await withoutNpm(), request, action, quiet);
    expect(failed).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/could not be installed: .*Nothing was changed/) as string,
    });
    expect(roots.read(KILOCODE)).toBe(BEFORE);
    expect(await applyChange(await online(), request, action, quiet)).toMatchObject({ status: 'completed' });
  });

  it.each([
    ['of PyPI', { command: 'uvx', args: ['mcp-server-time==1.0'] }, /fetched from PyPI/],
    ['of a plain command', { command: 'node', args: ['x.js'] }, /fetches no package/],
    ['with an option of npx', { args: ['--registry', 'https://x', SERVER.name] }, /no meaning without npx/],
  ])('%s is refused with the reason', async (_what, other, why) => {
    const { refused } = await previewWith(await online(), [here({ ...install, ...other })]);
    expect(refused[0]?.reason).toMatch(why);
  });
});

describe('an update', () => {
  it('moves a server into the store and out of it again', async () => {
    const executor = await online();
    await applied(executor, { ...install, store: 'npx' });
    expect(entry()).toMatchObject({ command: 'npx', args: ['-y', `${SERVER.name}@1.0.0`, '--root', '/srv'] });
    const managed = await applied(
      executor,
      { id: 'u1', type: 'update_server', serverName: 'tiny', store: 'managed' },
      'e2',
    );
    expect(managed.outcome).toMatchObject({ status: 'completed' });
    expect(entry()).toMatchObject({ command: process.execPath });
    const { refused } = await previewWith(executor, [
      here({ id: 'u2', type: 'update_server', serverName: 'tiny', store: 'managed' }),
    ]);
    expect(refused[0]?.reason).toContain('already is as asked');
    await applied(executor, { id: 'u3', type: 'update_server', serverName: 'tiny', store: 'npx' }, 'e3');
    expect(entry()).toMatchObject({
      command: 'npx',
      args: ['-y', '-p', `${SERVER.name}@1.0.0`, 'tiny-server', '--root', '/srv'],
    });
  });

  it('starts a server with secrets through the launcher, out of the store', async () => {
    const { plan } = await planOne(await online(), here({ ...install, env: { API_KEY: '9f86d081884c7d659a2f' } }));
    expect(plan.launch?.argv).toEqual(expect.arrayContaining(['run', '--data-dir', process.execPath]));
    expect(plan.launch?.argv.slice(-3)).toEqual([expect.stringContaining('dist/index.js'), '--root', '/srv']);
  });
});

describe('the store', () => {
  it('keeps what any file names that was changed here, and drops what none does', async () => {
    const { request, outcome } = await applied(await online(), install);
    expect(outcome.status).toBe('completed');
    const [name = ''] = kept();
    const longAgo = () => utimesSync(join(roots.data, 'store/npm', name), 0, 0);
    longAgo();
    await makeExecutor({ ...roots, workspace: roots.home });
    expect(kept()).toEqual([name]);
    await rollbackChange(await online(), { ...request, operation: 'rollback', jti: 'u' }, quiet);
    longAgo();
    await online();
    expect(kept()).toEqual([]);
  });

  it('tells when something in it is not what was installed', async () => {
    const { outcome } = await applied(await online(), install);
    expect(outcome.status).toBe('completed');
    const { packageStore } = await online();
    const [folder = ''] = await packageStore.folders();
    expect(await packageStore.problem(folder)).toBeNull();
    appendFileSync(join(folder, 'node_modules/tiny-words/index.js'), '// evil');
    expect(await packageStore.problem(folder)).toMatch(/not those that were installed/);
  });
});
