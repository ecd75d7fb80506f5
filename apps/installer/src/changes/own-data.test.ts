import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeInventory } from '../inventory/take-inventory.ts';
import {
  filesystemServer,
  KILOCODE,
  makeExecutor,
  makeRoots,
  previewWith,
  type Roots,
} from '../testing/installer-rig.ts';
import { deskOf, type Executor } from './executor.ts';
import { previewChanges } from './preview-changes.ts';

let roots: Roots;
let executor: Executor;
/** The coordinator's own, as it says where they are. */
let coordinatorData: string;
const unknown = { status: 'unknown', reason: 'not asked' } as const;

beforeAll(async () => {
  roots = makeRoots({ [KILOCODE]: { mcpServers: {} }, '~/.cursor/mcp.json': { mcpServers: {} } });
  coordinatorData = join(roots.workspace, 'data');
  for (const folder of [coordinatorData, join(roots.workspace, 'notes'), join(roots.home, 'open')]) mkdirSync(folder);
  symlinkSync(coordinatorData, join(roots.workspace, 'notes', 'innocent'));
  symlinkSync(roots.data, join(roots.home, 'open', 'own'));
  const environment = { HOME: roots.home, COORDINATOR_DATA: coordinatorData };
  executor = await makeExecutor(roots, { environment });
});
afterAll(() => roots.remove());

type Client = 'kilocode' | 'cursor' | 'codex';
const files = { kilocode: KILOCODE, cursor: '~/.cursor/mcp.json', codex: '~/.codex/config.toml' };
const place = (client: Client) => ({
  ...{ installerId: 'generic-mcp-installer', client, path: roots.at(files[client]) },
  scope: client === 'kilocode' ? ('project' as const) : ('user' as const),
});
const install = (given: object, client: Client = 'kilocode'): Action => ({
  id: 'a',
  type: 'install_server',
  serverName: 'files',
  target: place(client),
  ...given,
});
const reading = (...folders: string[]) => ({
  ...filesystemServer(''),
  args: [...filesystemServer('').args.slice(0, 1), ...folders],
});
const preview = (action: Action) => previewChanges([action], deskOf(executor, [coordinatorData]));
async function expectRefused(action: Action): Promise<void> {
  const { plans, refused } = await preview(action);
  expect(refused, JSON.stringify(action)).toMatchObject([{ code: 'action_refused' }]);
  expect(refused[0]?.reason).toMatch(/could read .*Nothing was changed/);
  expect(plans).toEqual([]);
}

describe('a server that could read the coordinator’s own data', () => {
  it('is not installed, however the folder is written', async () => {
    const up = `../../${dirname(roots.workspace).split('/').at(-1)}/workspace`;
    const ways = [
      coordinatorData,
      `${coordinatorData}/`,
      join(coordinatorData, 'secrets', 'not-there-yet'),
      roots.workspace,
      dirname(roots.root),
      '/',
      './data',
      'data',
      '.',
      'notes/../data',
      'notes/innocent',
      'notes/innocent/secrets/..',
      `~/../workspace/data`,
      '$HOME/../workspace',
      '${HOME}/../workspace',
      '${env:COORDINATOR_DATA}',
      '%COORDINATOR_DATA%',
      `file://${coordinatorData}`,
      `--root=${coordinatorData}`,
      `${roots.workspace}/notes:${coordinatorData}:ro`,
      `type=bind,source=${coordinatorData},target=/data`,
      up,
    ];
    for (const way of ways) await expectRefused(install(reading(join(roots.workspace, 'notes'), way)));
  });

  it('nor by a variable, by its working folder, or through a shell', async () => {
    await expectRefused(install({ ...reading(), env: { ALLOWED: coordinatorData } }));
    await expectRefused(install({ ...reading('.'), cwd: coordinatorData }, 'codex'));
    await expectRefused(install({ ...reading('../data'), cwd: join(roots.workspace, 'notes') }, 'codex'));
    await expectRefused(install({ command: 'bash', args: ['-c', `cat "${coordinatorData}/secrets/jwt-secret"`] }));
  });

  it('is not let in by an update, and keeps out nobody who was there before', async () => {
    const good = await previewWith(executor, [install(reading('notes'))]);
    expect(good.refused).toEqual([]);
    roots.write(KILOCODE, { mcpServers: { files: reading('notes'), bad: reading(coordinatorData) } });
    const update = (serverName: string, more: object): Action => ({
      id: 'u',
      type: 'update_server',
      serverName,
      target: place('kilocode'),
      ...more,
    });
    await expectRefused(update('files', reading('notes', './data')));
    expect((await preview(update('bad', { env: { LEVEL: 'low' } }))).refused, 'it was there before').toEqual([]);
    expect((await preview(update('bad', reading('notes')))).refused).toEqual([]);
    await expectRefused({ id: 'g', type: 'generate_config', serverName: 'bad', target: place('cursor') });
    roots.write(KILOCODE, { mcpServers: {} });
  });

  it('is let in where the coordinator is another machine: its folders mean nothing here', async () => {
    const elsewhere = await previewChanges([install(reading('/srv/data'))], deskOf(executor, ['/srv/data']));
    expect(elsewhere.refused).toEqual([]);
  });
});

it('a server that could read this installer’s own data is not installed, whoever asks', async () => {
  for (const way of [roots.data, join(roots.data, 'journal'), '~/open/own', roots.root]) {
    const { refused } = await previewWith(executor, [install(reading(way), 'cursor')]);
    expect(refused, way).toMatchObject([{ code: 'action_refused' }]);
  }
  const program = join(roots.data, 'store', 'npm', 'x', 'index.js');
  expect((await previewWith(executor, [install({ command: 'node', args: [program] })])).refused).toEqual([]);
});

it('the inventory says where paths lead that do not read so, and where the installer’s own data are', async () => {
  roots.write(KILOCODE, {
    mcpServers: {
      files: {
        ...reading('notes/innocent', '~/open', '/tmp'),
        env: { TOKEN: 'ghp_0123456789abcdefghijABCDEFGHIJ012345' },
      },
    },
  });
  const { servers, roots: reported } = await takeInventory(executor.machine, () => Promise.resolve(unknown));
  expect(reported.own).toEqual({ data: roots.data, programs: join(roots.data, 'store') });
  expect(servers.flatMap(({ reaches }) => reaches)).toEqual([
    { pointer: '/args/1', path: coordinatorData },
    { pointer: '/args/2', path: join(roots.home, 'open') },
  ]);
});
