import { statSync } from 'node:fs';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { actionPlanSchema } from '@mcp-coordinator/contract/actions.contract';
import { afterEach, describe, expect, it } from 'vitest';
import { KILOCODE, makeExecutor, makeRoots, planOne, previewWith, type Roots } from '../testing/installer-rig.ts';

let roots: Roots;
afterEach(() => roots.remove());

const DSN = 'postgresql://user:hunter2secret@localhost:5432/db';
const SERVERS = {
  mcpServers: {
    fs: { command: 'npx', args: ['-y', 'fs@1.0.0'] },
    postgres: { command: 'pg', env: { DATABASE_URL: DSN } },
  },
};
const install: Action = {
  id: 'a1',
  type: 'install_server',
  serverName: 'memory',
  command: 'npx',
  args: ['-y', '@modelcontextprotocol/server-memory'],
  env: {},
};
const remove: Action = { id: 'a2', type: 'remove_server', serverName: 'postgres' };
const reasonFor = async (action: Action, files: Record<string, string | object> = { [KILOCODE]: SERVERS }) => {
  roots = makeRoots(files);
  const { refused, plans } = await previewWith(await makeExecutor(roots), [action]);
  expect(plans).toEqual([]);
  return `${refused[0]?.code}: ${refused[0]?.reason}`;
};
const target = (
  client: 'kilocode' | 'kilo' | 'cursor' | 'claude-desktop' | 'vscode' | 'claude-code',
  scope: 'user' | 'project' | 'local',
  path: string,
) => ({
  installerId: 'generic-mcp-installer',
  client,
  scope,
  path,
});

describe('a preview', () => {
  it('shows exactly what would happen, in order, and writes nothing', async () => {
    roots = makeRoots({ [KILOCODE]: SERVERS });
    const before = [roots.read(KILOCODE), statSync(roots.at(KILOCODE)).mtimeMs];
    const { plans, resolvedActions, refused } = await previewWith(await makeExecutor(roots), [install, remove]);
    expect(refused).toEqual([]);
    for (const plan of plans) actionPlanSchema.parse(plan);
    const [first, second] = plans;
    expect(first).toMatchObject({
      target: target('kilocode', 'project', roots.at(KILOCODE)),
      package: { name: '@modelcontextprotocol/server-memory', version: '2026.8.31', integrity: 'sha512-x' },
      launch: { argv: ['npx', '-y', '@modelcontextprotocol/server-memory@2026.8.31'] },
      intents: [
        { verb: 'Add' },
        { verb: 'Pin', text: 'Package @modelcontextprotocol/server-memory: latest → 2026.8.31' },
      ],
    });
    expect(first?.diff).toContain('+        "@modelcontextprotocol/server-memory@2026.8.31"');
    expect(second?.sectionHash).toBe(first?.sectionHashAfter);
    expect(second?.diff).toMatch(/^-.*"DATABASE_URL": "postgresql:\/\/user:••••@localhost:5432\/db"/m);
    expect(JSON.stringify(plans)).not.toContain('hunter2secret');
    expect(resolvedActions).toMatchObject([
      { args: ['-y', '@modelcontextprotocol/server-memory@2026.8.31'] },
      { target: { client: 'kilocode' } },
    ]);
    expect([roots.read(KILOCODE), statSync(roots.at(KILOCODE)).mtimeMs]).toEqual(before);
  });

  it('has the same digest when taken again with what it answered, and another when the section changed', async () => {
    roots = makeRoots({ [KILOCODE]: SERVERS });
    const executor = await makeExecutor(roots);
    const first = await previewWith(executor, [install, remove]);
    const again = await previewWith(executor, first.resolvedActions);
    expect(again.plans.map((plan) => plan.planDigest)).toEqual(first.plans.map((plan) => plan.planDigest));
    roots.write(KILOCODE, `// a comment, and another layout\n${JSON.stringify({ ...SERVERS, other: 1 })}`);
    const relaid = await previewWith(executor, first.resolvedActions);
    expect(relaid.plans[0]?.planDigest).toBe(first.plans[0]?.planDigest);
    roots.write(KILOCODE, { mcpServers: { fs: { command: 'else' }, postgres: {} } });
    expect((await previewWith(executor, first.resolvedActions)).plans[0]?.planDigest).not.toBe(
      first.plans[0]?.planDigest,
    );
  });

  it('keeps secrets out of the file: the entry starts through the launcher', async () => {
    roots = makeRoots({ [KILOCODE]: SERVERS });
    const executor = await makeExecutor(roots);
    const { plan } = await planOne(executor, { ...install, env: { API_KEY: '9f86d081884c7d659a2f', LEVEL: 'debug' } });
    expect(plan.launch?.variables).toEqual(['API_KEY', 'LEVEL']);
    expect(plan.launch?.argv).toEqual(expect.arrayContaining(['run', '--data-dir', roots.data, '--', 'npx']));
    expect(JSON.stringify(plan)).not.toContain('9f86d081884c7d659a2f');
    const other = await planOne(executor, { ...install, env: { API_KEY: '0f86d081884c7d659a2f', LEVEL: 'debug' } });
    expect(other.plan.planDigest).not.toBe(plan.planDigest);
    const literal = await planOne(executor, { ...install, literal: true, env: { API_KEY: '9f86d081884c7d659a2f' } });
    expect(literal.plan.launch?.argv[0]).toBe('npx');
    expect(literal.plan.diff).toContain('"API_KEY": "••••2f'.slice(0, 14));
    expect(literal.plan.diff).not.toContain('9f86d081884c7d659a2f');
  });

  it('leaves arguments as they are when the registry is away', async () => {
    roots = makeRoots({ [KILOCODE]: SERVERS });
    const executor = await makeExecutor(roots, {
      viewPackage: () => Promise.resolve({ kind: 'away', reason: 'no network' }),
    });
    const { plan, action } = await planOne(executor, install);
    expect(plan.package).toEqual({ status: 'unknown', reason: 'no network' });
    expect(action).toMatchObject({ args: ['-y', '@modelcontextprotocol/server-memory'] });
  });
});

describe('an image', () => {
  const DIGEST = `sha256:${'b'.repeat(64)}`;
  const runs: Action = { ...install, command: 'docker', args: ['run', '-i', '--rm', 'mcp/time:1.2'] };

  it('is named by the digest that its tag stands for, and stays it', async () => {
    roots = makeRoots({ [KILOCODE]: SERVERS });
    const found = { kind: 'found', version: '1.2', integrity: DIGEST } as const;
    const executor = await makeExecutor(roots, { viewPackage: () => Promise.resolve(found) });
    const { plan, action } = await planOne(executor, runs);
    expect(plan.package).toEqual({ registry: 'oci', name: 'mcp/time', version: '1.2', integrity: DIGEST });
    expect(plan.intents).toContainEqual({ verb: 'Pin', text: `Package mcp/time: 1.2 → 1.2@${DIGEST}` });
    expect(action).toMatchObject({ args: ['run', '-i', '--rm', `mcp/time:1.2@${DIGEST}`] });
    const moved = await makeExecutor(roots, {
      viewPackage: () => Promise.resolve({ ...found, integrity: `sha256:${'c'.repeat(64)}` }),
    });
    expect((await planOne(moved, action)).plan.package).toEqual(plan.package);
  });

  it('that no registry knows may be one of this machine, and is left as it is', async () => {
    roots = makeRoots({ [KILOCODE]: SERVERS });
    const executor = await makeExecutor(roots, { viewPackage: () => Promise.resolve({ kind: 'missing' }) });
    const { plan, action } = await planOne(executor, runs);
    expect(plan.package).toEqual({ status: 'unknown', reason: 'no registry knows mcp/time:1.2' });
    expect(action).toMatchObject({ args: ['run', '-i', '--rm', 'mcp/time:1.2'] });
  });
});

describe('updates', () => {
  const update = (
    fixes: ('pin_package' | 'move_secrets' | 'require_approval' | 'disable' | 'enable')[],
    serverName = 's',
  ): Action => ({ id: 'u', type: 'update_server', serverName, fixes });

  it('touch only the members that change', async () => {
    roots = makeRoots({
      [KILOCODE]:
        '{"mcpServers": {\n  "s": {"command": "npx", "args": ["@modelcontextprotocol/server-memory"], "note": 1, "alwaysAllow": ["x"] /* mine */}\n}}',
    });
    const executor = await makeExecutor(roots);
    const { plan, action } = await planOne(executor, update(['pin_package', 'require_approval', 'disable']));
    expect(plan.intents.map(({ verb }) => verb)).toEqual(['Disable', 'Pin', 'Narrow']);
    expect(plan.diff).toContain('"note": 1');
    expect(plan.diff).toContain('/* mine */');
    expect(plan.diff).toContain('"disabled": true');
    expect(plan.diff).not.toMatch(/^\+.*alwaysAllow/m);
    expect(action).toMatchObject({ args: ['@modelcontextprotocol/server-memory@2026.8.31'] });
    expect((await planOne(executor, action)).plan.planDigest).toBe(plan.planDigest);
  });

  it('move secrets that stand in the file, without their travelling', async () => {
    roots = makeRoots({
      [KILOCODE]: { mcpServers: { s: { command: 'pg', args: ['x'], env: { DATABASE_URL: DSN, LEVEL: 'debug' } } } },
    });
    const { plan, action } = await planOne(await makeExecutor(roots), update(['move_secrets']));
    expect(plan.intents).toMatchObject([{ verb: 'Move', text: expect.stringContaining('DATABASE_URL') as string }]);
    expect(plan.diff).toMatch(/^-.*"DATABASE_URL"/m);
    expect(JSON.stringify([plan, action])).not.toContain('hunter2secret');
  });

  it('drop approvals that stand beside the entry (kilo)', async () => {
    roots = makeRoots({
      'kilo.json': { mcp: { s: { type: 'local', command: ['x'] } }, permission: { 's_*': 'allow', bash: 'ask' } },
    });
    const { plan } = await planOne(await makeExecutor(roots), update(['require_approval']));
    expect(plan.diff).toMatch(/^-.*"s_\*": "allow"/m);
    expect(plan.sectionHash).not.toBe(plan.sectionHashAfter);
  });

  it('say so when nothing is left to do', async () => {
    expect(await reasonFor(update(['enable'], 'fs'))).toMatch(/action_refused: fs in .* already is as asked/);
  });
});

describe('generate_config', () => {
  it('writes the entry in the other client, references and all', async () => {
    roots = makeRoots({
      '.cursor/mcp.json': { mcpServers: { s: { command: 'npx', args: ['x@1.0.0'], env: { TOKEN: '${env:TOKEN}' } } } },
    });
    const executor = await makeExecutor(roots, {
      viewPackage: () => Promise.resolve({ kind: 'found', version: '1.0.0', integrity: null }),
    });
    const path = roots.at('kilo.jsonc');
    const { plan } = await planOne(executor, {
      id: 'g',
      type: 'generate_config',
      serverName: 's',
      target: target('kilo', 'project', path),
    });
    expect(plan.sectionHash).toBe('nothing');
    expect(plan.diff).toContain('"TOKEN": "{env:TOKEN}"');
    expect(plan.diff).toContain('"type": "local"');
    expect(plan.diff).toContain('--- /dev/null');
  });

  it('moves the secrets of the source to the store', async () => {
    roots = makeRoots({ [KILOCODE]: SERVERS });
    const { plan } = await planOne(await makeExecutor(roots), {
      id: 'g',
      type: 'generate_config',
      serverName: 'postgres',
      target: target('vscode', 'project', roots.at('.vscode/mcp.json')),
    });
    expect(plan.launch?.variables).toEqual(['DATABASE_URL']);
    expect(JSON.stringify(plan)).not.toContain('hunter2secret');
  });
});

describe('refusals', () => {
  it('name the code and what to do', async () => {
    expect(await reasonFor({ ...install, serverName: 'fs' })).toMatch(/action_refused: .*already.*update_server/);
    roots.remove();
    expect(await reasonFor(install, {})).toMatch(/^target_required/);
    roots.remove();
    expect(await reasonFor(install, { [KILOCODE]: SERVERS, '.cursor/mcp.json': SERVERS })).toMatch(/^target_required/);
    roots.remove();
    expect(await reasonFor(remove, { [KILOCODE]: SERVERS, '.cursor/mcp.json': SERVERS })).toMatch(
      /^ambiguous_server: .*generic-mcp-installer\/kilocode\/project\/postgres.*generic-mcp-installer\/cursor\/project\/postgres/,
    );
    roots.remove();
    expect(await reasonFor({ ...remove, serverName: 'gone' })).toMatch(/^action_refused: No server named gone/);
    roots.remove();
    expect(await reasonFor({ ...install, args: ['-y', 'no-such-package'] })).toMatch(
      /knows no package no-such-package/,
    );
    roots.remove();
    expect(
      await reasonFor({
        ...install,
        command: undefined,
        args: undefined,
        url: 'https://x.example/',
        headers: { Authorization: 'Bearer abc123def456ghi789' },
      }),
    ).toMatch(/header Authorization/);
  });

  it('take a key where the name is not unique', async () => {
    roots = makeRoots({ [KILOCODE]: SERVERS, '.cursor/mcp.json': SERVERS });
    const { plan } = await planOne(await makeExecutor(roots), {
      ...remove,
      serverName: 'generic-mcp-installer/cursor/project/postgres',
    });
    expect(plan.target?.client).toBe('cursor');
    expect(plan.serverName).toBe('postgres');
  });

  it.each([
    ['a file that does not parse', '{\n  "mcpServers": {,}\n}', /at line 2, column 18/],
    ['duplicate keys', '{"mcpServers": {}, "mcpServers": {}}', /stands twice/],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'), /line|UTF-8/],
    ['a section of another type', '{"mcpServers": []}', /not an object/],
  ])('leave %s alone', async (_what, content, why) => {
    roots = makeRoots({ [KILOCODE]: content });
    const { refused } = await previewWith(await makeExecutor(roots), [
      { ...install, target: target('kilocode', 'project', roots.at(KILOCODE)) },
    ]);
    expect(refused[0]?.reason).toMatch(why);
    expect(roots.read(KILOCODE)).toBe(content);
  });

  it('keep to the roots and to files of known clients', async () => {
    roots = makeRoots({ [KILOCODE]: SERVERS });
    const executor = await makeExecutor(roots);
    for (const path of ['/etc/passwd', '../x', roots.at('else.json')]) {
      const { refused } = await previewWith(executor, [{ ...install, target: target('kilocode', 'project', path) }]);
      expect(refused[0]?.code).toBe('action_refused');
    }
    const elsewhere = { ...target('kilocode', 'project', roots.at(KILOCODE)), installerId: 'another' };
    expect((await previewWith(executor, [{ ...install, target: elsewhere }])).refused[0]?.reason).toMatch(
      /meant for the installer another/,
    );
  });
});
