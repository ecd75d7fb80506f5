import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inventorySchema } from '@mcp-coordinator/contract/inventory.contract';
import { accept } from '@mcp-coordinator/core/result';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FindServer } from '../sources/find-server.ts';
import type { ServerJson } from '../sources/server-json.ts';
import { KILOCODE, makeExecutor, makeRoots, type Roots } from '../testing/installer-rig.ts';
import type { Authority } from '../tools/authority.ts';
import { personCommands } from './person-commands.ts';

const bin = fileURLToPath(new URL('../../bin/mcp-installer.mjs', import.meta.url));
const BEFORE =
  '{ // mine\n\t"mcpServers": {\n\t\t"old": {"command": "nowhere", "env": {"DB_PASSWORD": "hunter2secret"}}\n\t}\n}\n';

let roots: Roots;
beforeEach(() => {
  roots = makeRoots({ [KILOCODE]: BEFORE });
});
afterEach(() => roots.remove());

/** A registry with one server in it. */
const findServer: FindServer = (name) =>
  Promise.resolve(name === 'io.example/weather' ? { kind: 'found', server: WEATHER } : { kind: 'missing' });
const WEATHER: ServerJson = {
  name: 'io.example/weather',
  version: '2.0.0',
  packages: [
    {
      registryType: 'npm',
      identifier: '@modelcontextprotocol/server-memory',
      version: '2026.8.31',
      transport: { type: 'stdio' },
      environmentVariables: [
        { name: 'WEATHER_API_KEY', description: 'Key of the service', isRequired: true, isSecret: true },
      ],
    },
  ],
};

interface Person {
  readonly answers?: boolean;
  /** What is typed where a value is asked for. */
  readonly types?: string;
  readonly stdin?: string;
  readonly propose?: Authority['propose'];
}

/** Runs one command line as the program would, with a person who answers the same to every question, or with nobody. */
async function run(line: readonly string[], { answers, types, stdin = '', propose = null }: Person = {}) {
  const executor = await makeExecutor(roots);
  const heard = { data: '', said: '', asked: 0, questions: [] as [string, boolean][], exit: -1 };
  const terminal = {
    data: (text: string) => {
      heard.data += text;
    },
    say: (text: string) => {
      heard.said += `${text}\n`;
    },
    ask:
      answers === undefined
        ? null
        : () => {
            heard.asked++;
            return Promise.resolve(answers);
          },
    askValue:
      types === undefined
        ? null
        : (question: string, hidden: boolean) => {
            heard.questions.push([question, hidden]);
            return Promise.resolve(types);
          },
  };
  const program = new Command('mcp-installer').exitOverride();
  const commands = personCommands({
    desk: () => Promise.resolve({ executor, authority: { propose }, findServer, terminal }),
    readAll: () => Promise.resolve(stdin),
    end: (exit) => {
      heard.exit = exit;
    },
  });
  for (const command of commands) program.addCommand(command);
  await program.parseAsync(line, { from: 'user' });
  return heard;
}
const INSTALL = ['apply', 'install', 'new', '--client', 'kilocode', '--', 'node', 'server.js', '--yes'];

describe('list', () => {
  it('prints data on stdout alone, as a table or as an inventory, without a secret', async () => {
    const table = await run(['list']);
    expect(table.data).toMatch(/^old +kilocode\/project +on +nowhere +.*mcp\.json\n$/);
    const json = await run(['list', '--json']);
    expect(inventorySchema.parse(JSON.parse(json.data)).servers).toHaveLength(1);
    expect(table.data + json.data + table.said).not.toContain('hunter2secret');
    expect(json.exit).toBe(0);
  });
});

describe('plan', () => {
  it('shows the change and makes none', async () => {
    const { data, exit } = await run([
      'plan',
      'install',
      'new',
      '-c',
      'kilocode',
      '-e',
      'API_KEY=9f86d081884c7d659a2f',
      '--',
      'node',
      'x',
    ]);
    expect(exit).toBe(0);
    expect(data).toContain('+\t\t"new": {');
    expect(data).toContain("Move: API_KEY into this machine's secret store");
    expect(data).not.toContain('9f86d081884c7d659a2f');
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });

  it('takes actions as JSON', async () => {
    const stdin = JSON.stringify([{ id: 'a', type: 'remove_server', serverName: 'old' }]);
    const { data } = await run(['plan', 'actions', '--json'], { stdin });
    expect(JSON.parse(data)).toMatchObject({ plans: [{ serverName: 'old' }], actions: [{ type: 'remove_server' }] });
  });

  it.each([
    [['plan', 'install', 'new', '--client', 'emacs', '--', 'x'], /no client emacs/],
    [['plan', 'install', 'new', '--client', 'cursor', '--scope', 'here', '--', 'x'], /no scope here/],
    [['plan', 'install', 'new', '-c', 'cursor', '-e', 'A', '--', 'x'], /NAME=value/],
    [['plan', 'install', 'new', '-c', 'cursor', '--url', 'ftp://x'], /url/],
    [['plan', 'install', 'bad\u0007name', '-c', 'cursor', '--', 'x'], /serverName/],
    [['plan', 'remove', 'nothing'], /No server named nothing/],
    [['plan', 'actions'], /no actions/],
  ])('refuses %j', async (line, reason) => {
    const { said, data, exit } = await run(line);
    expect(said).toMatch(reason);
    expect([data, exit]).toEqual(['', 1]);
  });
});

describe('apply and undo', () => {
  it('asks, does, and takes back', async () => {
    const applied = await run(INSTALL, { answers: true });
    expect(applied).toMatchObject({ exit: 0, asked: 1 });
    expect(roots.read(KILOCODE)).toContain('"--yes"');
    const id = applied.data.trim();
    expect(await run(['undo', 'another'], { answers: true })).toMatchObject({ exit: 1 });
    expect(await run(['undo', id, '--yes'])).toMatchObject({ exit: 0, data: `${id} rolled_back\n` });
    expect(roots.read(KILOCODE)).toBe(BEFORE);
    expect(await run(['undo'], { answers: true })).toMatchObject({ exit: 1, said: 'There is no change to undo.\n' });
  });

  it('does nothing when the person says no, or nobody can be asked', async () => {
    expect(await run(INSTALL, { answers: false })).toMatchObject({ exit: 1, data: '' });
    expect((await run(INSTALL)).said).toContain('Nobody can be asked');
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });

  it('proposes where there is a coordinator', async () => {
    const propose: Authority['propose'] = () => Promise.resolve(accept({ proposalId: 'p', url: 'http://c/p' }));
    expect(await run(INSTALL, { propose })).toMatchObject({ exit: 0, data: 'http://c/p\n' });
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });

  it('changes, copies, switches off and removes', async () => {
    await run(['apply', 'update', 'old', '-f', 'disable', '-y']);
    expect(roots.read(KILOCODE)).toContain('"disabled": true');
    await run(['apply', 'copy', 'old', '-c', 'codex', '-s', 'project', '-y']);
    expect(roots.read('.codex/config.toml')).toMatch(/\[mcp_servers\.old\]\n[\s\S]*enabled = false/);
    await run(['apply', 'remove', 'old', '-c', 'kilocode', '-y']);
    expect(roots.read(KILOCODE)).not.toContain('old');
  });
});

describe('a server out of a registry', () => {
  it('is refused without what it needs, by name', async () => {
    const { said, exit } = await run(['plan', 'from', 'io.example/weather', '-c', 'kilocode']);
    expect(said).toContain('WEATHER_API_KEY is needed (Key of the service; a secret)');
    expect(exit).toBe(1);
    expect((await run(['plan', 'from', 'io.example/other', '-c', 'kilocode'])).said).toContain('knows no server');
  });

  it('is installed at its exact version, its secret in the store', async () => {
    const given = ['-i', 'WEATHER_API_KEY=9f86d081884c7d659a2f', '-c', 'kilocode', '-y'];
    expect(await run(['apply', 'from', 'io.example/weather', ...given])).toMatchObject({ exit: 0 });
    const written = roots.read(KILOCODE);
    expect(written).toContain('"weather": {');
    expect(written).toContain('@modelcontextprotocol/server-memory@2026.8.31');
    expect(written).not.toContain('9f86d081884c7d659a2f');
  });

  it('is asked for what it needs where a person is there, a secret hidden', async () => {
    const line = ['apply', 'from', 'io.example/weather', '-c', 'kilocode', '-y'];
    const { questions, exit } = await run(line, { types: '9f86d081884c7d659a2f' });
    expect(questions).toEqual([['WEATHER_API_KEY (Key of the service; a secret)', true]]);
    expect(exit).toBe(0);
    expect(roots.read(KILOCODE)).toContain('"weather": {');
    expect(roots.read(KILOCODE)).not.toContain('9f86d081884c7d659a2f');
    const silent = await run([...line, '--as', 'again'], { types: '' });
    expect(silent.said).toContain('WEATHER_API_KEY is needed');
    expect(silent.exit).toBe(1);
  });

  it('may be described by a file', async () => {
    roots.write('server.json', {
      ...WEATHER,
      packages: [],
      remotes: [
        {
          type: 'streamable-http',
          url: 'https://{region}.example.org/mcp',
          variables: { region: { isRequired: true, choices: ['eu', 'us'] } },
        },
      ],
    });
    const line = ['plan', 'from', roots.at('server.json'), '-c', 'codex', '-s', 'project'];
    expect((await run([...line, '-i', 'region=mars'])).said).toContain('region must be one of eu, us');
    expect((await run([...line, '-i', 'region=eu'])).data).toContain('+url = "https://eu.example.org/mcp"');
  });
});

describe('uninstall', () => {
  it('gives every file back as it was, the newest change first, and forgets', async () => {
    await run([...INSTALL.slice(0, 5), '-y', '--', 'node', 'x']);
    await run(['apply', 'update', 'new', '-y', '--', 'node', 'y']);
    await run(['apply', 'install', 'other', '-c', 'goose', '-y', '--', 'node', 'z']);
    expect(await run(['uninstall', '--yes'])).toMatchObject({ exit: 0 });
    expect(roots.read(KILOCODE)).toBe(BEFORE);
    expect(existsSync(roots.at('~/.config'))).toBe(false);
    expect(existsSync(roots.data)).toBe(false);
  });

  it('keeps what undoing needs where someone changed the entry since', async () => {
    await run([...INSTALL.slice(0, 5), '-y', '--', 'node', 'x']);
    roots.write(KILOCODE, roots.read(KILOCODE).replace('"x"', '"mine"'));
    expect(await run(['uninstall', '--yes'])).toMatchObject({ exit: 1 });
    expect(existsSync(roots.data)).toBe(true);
  });
});

describe('doctor', () => {
  it('says what is wrong, and where', async () => {
    roots.write('.cursor/mcp.json', '{\n  "mcpServers": {,\n}\n');
    await run(['list']);
    chmodSync(roots.data, 0o755);
    const { data, exit } = await run(['doctor']);
    expect(exit).toBe(1);
    expect(data).toMatch(/problem .*cursor\/mcp\.json: .* at line 2, column/);
    expect(data).toMatch(/warning old \(kilocode\/project\): nowhere is not found on PATH/);
    expect(data).toMatch(/problem .*others may look into it/);
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });
});

describe('the program', () => {
  const start = (...line: string[]) =>
    spawnSync(process.execPath, [bin, ...line], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        INSTALLER_HOME: roots.home,
        INSTALLER_WORKSPACE: roots.workspace,
        INSTALLER_DATA_DIR: roots.data,
        INSTALLER_CAPTURE: 'off',
      },
    });

  it('keeps data and talk apart, and answers by its exit code', () => {
    const listed = start('list', '--json');
    expect([listed.status, inventorySchema.parse(JSON.parse(listed.stdout)).servers.length]).toEqual([0, 1]);
    const refused = start('apply', 'install', 'new', '-c', 'kilocode', '--', 'node');
    expect([refused.status, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('Nobody can be asked');
    expect(start('apply', 'nonsense').status).not.toBe(0);
    expect(roots.read(KILOCODE)).toBe(BEFORE);
  });
});
