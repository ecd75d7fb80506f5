import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inChild } from '../testing/in-child.ts';
import { type NpmRegistry, SERVER, startNpmRegistry, WORDS } from '../testing/npm-registry.ts';
import { PackageStore, type StoredPackage } from './package-store.ts';
import { npmWith } from './run-npm.ts';

const DAY_MS = 86_400_000;

let registry: NpmRegistry;
let folder: string;
let now: number;
beforeAll(async () => {
  registry = await startNpmRegistry([
    SERVER,
    WORDS,
    {
      name: 'scripted',
      version: '1.0.0',
      manifest: { bin: 'run.js', scripts: { postinstall: "node -e \"require('fs').writeFileSync('ran', '')\"" } },
      files: { 'run.js': 'setInterval(() => {}, 1e6);\n' },
    },
    { name: 'shell', version: '1.0.0', manifest: { bin: 'run' }, files: { run: '#!/bin/sh\nexit 0\n' } },
    { name: 'no-program', version: '1.0.0', files: {} },
    {
      name: 'linked',
      version: '1.0.0',
      manifest: { bin: 'x.js', dependencies: { 'tiny-words': 'github:a/b' } },
      files: {},
    },
    { name: 'swapped', version: '1.0.0', manifest: { bin: 'x.js' }, files: { 'x.js': 'good' } },
  ]);
});
afterAll(() => registry.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  now = Date.now();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const environment = () => registry.environment(folder);
const makeStore = (npm = npmWith(environment(), process.platform)) =>
  new PackageStore({ folder: join(folder, 'store'), npm, now: () => now });
const offline = () =>
  makeStore(
    npmWith(
      { ...environment(), npm_config_registry: 'http://127.0.0.1:1/', npm_config_cache: join(folder, 'empty') },
      process.platform,
    ),
  );
async function planned(store: PackageStore, name = SERVER.name): Promise<StoredPackage> {
  const plan = await store.plan(name, '1.0.0', null);
  if (!plan.ok) throw new Error(plan.refusal);
  return plan.value;
}
const kept = () => readdirSync(join(folder, 'store', 'npm')).filter((name) => !name.startsWith('.'));

describe('a plan', () => {
  it('names every package by its checksum, and changes nothing', async () => {
    const plan = await planned(makeStore());
    expect(plan.lock).toMatchObject({
      integrity: registry.integrity(SERVER.name),
      packages: 2,
      bin: 'tiny-server',
      scripted: [],
    });
    expect(plan.program).toBe(join(plan.folder, 'node_modules/@tiny/server/dist/index.js'));
    expect(plan.folder).toMatch(/store\/npm\/@tiny\+server@1\.0\.0-[0-9a-f]{16}$/);
    expect(existsSync(plan.folder)).toBe(false);
  });

  it('is the same for a day whatever is published, and for whoever names it ever after', async () => {
    const { lock } = await planned(makeStore());
    const newer = { ...WORDS, version: '1.0.2' };
    registry.publish(newer);
    expect((await planned(makeStore())).lock.digest).toBe(lock.digest);
    now += 2 * DAY_MS;
    const later = await planned(makeStore());
    expect(later.lock.digest).not.toBe(lock.digest);
    expect(later.folder).not.toBe(
      ((await makeStore().plan(SERVER.name, '1.0.0', null, lock.digest)) as { value: StoredPackage }).value.folder,
    );
    const other = await makeStore().plan(SERVER.name, '1.0.0', null, `sha256:${'0'.repeat(64)}`);
    expect(other).toMatchObject({
      ok: false,
      refusal: expect.stringContaining('no longer what was planned') as string,
    });
  });

  it.each([
    ['that does not exist', 'never-published', '1.0.0', null, /does not know one of its packages|no such version/],
    ['at a version that does not exist', 'tiny-words', '9.9.9', null, /no such version/],
    ['without a program', 'no-program', '1.0.0', null, /which program it starts/],
    ['without that program', SERVER.name, '1.0.0', 'other', /no program other/],
    ['that needs something from outside the registry', 'linked', '1.0.0', null, /checksum|npm failed|took longer/],
  ])('of a package %s is refused', async (_what, name, version, bin, reason) => {
    const plan = await makeStore().plan(name, version, bin);
    expect(plan).toMatchObject({ ok: false, refusal: expect.stringMatching(reason) as string });
  });

  it('cannot be made with nobody to ask, but can be made again', async () => {
    expect(await offline().plan(SERVER.name, '1.0.0', null)).toMatchObject({ ok: false });
    const { lock } = await planned(makeStore());
    now += 2 * DAY_MS;
    expect((await planned(offline())).lock.digest).toBe(lock.digest);
  });
});

describe('an installation', () => {
  it('is made once, and is there without a registry from then on', async () => {
    const plan = await planned(makeStore());
    expect(await makeStore().keep(plan)).toEqual({ ok: true, value: 'installed' });
    const before = registry.asked();
    expect(await offline().keep(plan)).toEqual({ ok: true, value: 'was there' });
    expect(registry.asked()).toBe(before);
    expect(existsSync(plan.program)).toBe(true);
    expect(await makeStore().packageAt(plan.program)).toMatchObject({
      name: SERVER.name,
      version: '1.0.0',
      bin: 'tiny-server',
    });
    expect(await makeStore().packageAt('/usr/bin/node')).toBeNull();
  });

  it('runs nothing of the package', async () => {
    const plan = await planned(makeStore(), 'scripted');
    expect(plan.lock.scripted).toEqual(['scripted']);
    await makeStore().keep(plan);
    expect(readdirSync(join(plan.folder, 'node_modules/scripted')).sort()).toEqual(['package.json', 'run.js']);
  });

  it('of another package than was planned is refused, and leaves nothing', async () => {
    const plan = await planned(makeStore(), 'swapped');
    registry.swap({ name: 'swapped', version: '1.0.0', files: { 'x.js': 'evil' } });
    expect(await makeStore().keep(plan)).toMatchObject({
      ok: false,
      refusal: expect.stringContaining('another package than was planned') as string,
    });
    expect(kept()).toEqual([]);
  });

  it('of a program that is not for Node is refused, and leaves nothing', async () => {
    const plan = await planned(makeStore(), 'shell');
    expect(await makeStore().keep(plan)).toMatchObject({
      ok: false,
      refusal: 'node_modules/shell/run is no program for Node',
    });
    expect(kept()).toEqual([]);
  });

  it('that was changed since is made anew', async () => {
    const plan = await planned(makeStore());
    await makeStore().keep(plan);
    appendFileSync(join(plan.folder, 'node_modules/tiny-words/index.js'), '// evil');
    expect(await makeStore().problem(plan.folder)).toMatch(/not those that were installed/);
    expect(await makeStore().keep(plan)).toEqual({ ok: true, value: 'installed' });
    expect(await makeStore().problem(plan.folder)).toBeNull();
    writeFileSync(join(plan.folder, 'node_modules/extra.js'), '');
    expect(await makeStore().problem(plan.folder)).not.toBeNull();
  });

  it('asked for by several at once is made once', async () => {
    const plan = await planned(makeStore());
    const done = await Promise.all([1, 2, 3].map(() => makeStore().keep(plan)));
    expect(done.map((one) => one.ok && one.value).sort()).toEqual(['installed', 'was there', 'was there']);
  });

  it('ends with npm when that takes too long', async () => {
    const plan = await planned(makeStore());
    const bin = mkdtempSync(join(folder, 'bin-'));
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\nsleep 600 & wait\n', { mode: 0o755 });
    const slow = npmWith({ ...environment(), PATH: `${bin}:${process.env['PATH']}` }, process.platform);
    const impatient = makeStore((args, at) => slow(args, at, 300));
    expect(await impatient.keep(plan)).toMatchObject({
      ok: false,
      refusal: expect.stringContaining('took longer') as string,
    });
    expect(kept()).toEqual([]);
  });

  it('says when npm is not there', async () => {
    const store = makeStore(npmWith({ PATH: '/nowhere' }, process.platform));
    expect(await store.plan('x', '1.0.0', null)).toEqual({ ok: false, refusal: 'npm is not installed here' });
  });
});

describe('kill -9', () => {
  it.each(['fetched', 'sealed', 'moved'])(
    'once it is %s: nothing half made is used, and the next run completes it',
    async (dieAt) => {
      const input = {
        folder: join(folder, 'store'),
        environment: environment(),
        name: SERVER.name,
        version: '1.0.0',
        dieAt,
      };
      expect(await inChild(new URL('../testing/store-crash-child.ts', import.meta.url), input)).toEqual({
        signal: 'SIGKILL',
        output: null,
      });
      const plan = await planned(makeStore());
      expect(existsSync(plan.folder)).toBe(dieAt === 'moved');
      expect(await makeStore().keep(plan)).toEqual({ ok: true, value: dieAt === 'moved' ? 'was there' : 'installed' });
      expect(kept()).toHaveLength(1);
      expect(await makeStore().problem(plan.folder)).toBeNull();
    },
  );
});

describe('what nobody names', () => {
  it('goes after a day, and nothing else', async () => {
    const store = makeStore();
    const [used, unused] = [await planned(store), await planned(store, 'scripted')];
    for (const plan of [used, unused]) await store.keep(plan);
    const text = JSON.stringify({ command: 'node', args: [used.program] });
    expect(await store.dropUnused([text])).toEqual([]);
    now += 2 * DAY_MS;
    expect(await store.dropUnused([text])).toEqual([unused.folder.split('/').at(-1)]);
    expect(kept()).toEqual([used.folder.split('/').at(-1)]);
    expect(readFileSync(used.program, 'utf8')).toContain('tiny-words');
  });

  it('goes also where it was left half made', async () => {
    const plan = await planned(makeStore());
    await makeStore((args, at, msMax) =>
      args[0] === 'ci' ? Promise.reject(new Error('killed')) : npmWith(environment(), 'linux')(args, at, msMax),
    )
      .keep(plan)
      .catch(() => undefined);
    expect(kept()).toEqual([`${plan.folder.split('/').at(-1)}.new`]);
    now += 2 * DAY_MS;
    await makeStore().dropUnused([]);
    expect(kept()).toEqual([]);
  });
});
