import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { applyChange } from '../changes/apply-change.ts';
import { deskOf, type Executor } from '../changes/executor.ts';
import { previewChanges } from '../changes/preview-changes.ts';
import { rollbackChange } from '../changes/rollback-change.ts';
import { knownFiles } from '../clients/known-clients.ts';
import { serversIn } from '../inventory/configured-servers.ts';
import { discoverFiles } from '../inventory/discover-files.ts';
import { openConfig } from '../inventory/open-config.ts';
import { takeInventory } from '../inventory/take-inventory.ts';
import { actionDigest } from '../tools/change-tool.ts';
import { type Bench, benchExecutor, type Figure, median, timed } from './bench-place.ts';

const FIXTURES = fileURLToPath(new URL('../clients/fixtures', import.meta.url));
const FILES = 1000;
const ROUNDS = 5;

const original = (client: string): string => {
  const folder = join(FIXTURES, client);
  const name = readdirSync(folder).find((file) => file.startsWith('original')) ?? '';
  return readFileSync(join(folder, name), 'utf8');
};

/** As many workspaces as it takes for a thousand files of all clients, each as its client writes it. */
async function manyFiles(bench: Bench): Promise<Executor> {
  const workspaces: string[] = [];
  const filesOf = () => knownFiles({ platform: 'linux', home: join(bench.folder, 'none'), workspaces });
  const projects = () => filesOf().filter(({ scope }) => scope === 'project');
  while (projects().length < FILES) workspaces.push(join(bench.folder, 'many', String(workspaces.length)));
  for (const { client, path } of projects().slice(0, FILES)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, original(client));
  }
  return benchExecutor(bench, { workspaces });
}

/** Finding and parsing a thousand configuration files, and reporting them. */
export async function measureDiscovery(bench: Bench): Promise<Figure[]> {
  const { machine } = await manyFiles(bench);
  let servers = 0;
  const parse = async (): Promise<void> => {
    const files = await discoverFiles(machine);
    const opened = await Promise.all(files.map((file) => openConfig(file, machine.roots)));
    servers = opened.flatMap((one) => (one.ok ? serversIn(one.value.file, one.value.document?.value) : [])).length;
  };
  const parsing = await repeated(parse);
  const report = await repeated(async () => {
    await takeInventory(machine, () => Promise.resolve({ status: 'unknown', reason: 'it was not started' }));
  });
  return [
    { what: `find and parse ${FILES} files with ${servers} servers`, value: parsing, unit: 'ms' },
    { what: `the whole inventory of them, secrets masked, git asked`, value: report, unit: 'ms' },
  ];
}

const repeated = async (work: () => Promise<void>): Promise<number> => {
  await work();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(work));
  return median(times);
};

/** A plan, its execution and its undoing in a settings file of one megabyte. */
export async function measureChange(bench: Bench): Promise<Figure[]> {
  const workspace = join(bench.folder, 'large');
  const path = join(workspace, '.mcp.json');
  const lines = Array.from({ length: 10_000 }, (_, line) => `    { "display": "${line} ${'x'.repeat(80)}" }`);
  const text = `{\n  "history": [\n${lines.join(',\n')}\n  ],\n  "mcpServers": { "old": { "command": "x" } }\n}\n`;
  mkdirSync(workspace, { recursive: true });
  writeFileSync(path, text);
  const executor = await benchExecutor(bench, { workspaces: [workspace] });
  const action: Action = { id: 'a', type: 'install_server', serverName: 'new', command: 'node', args: ['x'] };
  const times: Record<'plan' | 'apply' | 'undo', number[]> = { plan: [], apply: [], undo: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    const { plans, resolvedActions } = await keepTime(times.plan, () => previewChanges([action], deskOf(executor)));
    const [plan, resolved] = [plans[0], resolvedActions[0]];
    if (plan === undefined || resolved === undefined) throw new Error('the change could not be planned');
    const ids = { executionId: `e${round}`, actionId: 'a', actionDigest: actionDigest(resolved) };
    const request = { ...ids, operation: 'apply', planDigest: plan.planDigest, jti: `a${round}` } as const;
    const done = await keepTime(times.apply, () => applyChange(executor, request, resolved, () => undefined));
    const back = { ...request, operation: 'rollback', jti: `u${round}` } as const;
    const undone = await keepTime(times.undo, () => rollbackChange(executor, back, () => undefined));
    if (done.status !== 'completed' || undone.status !== 'rolled_back' || readFileSync(path, 'utf8') !== text)
      throw new Error('the change was not made and undone to the byte');
  }
  return (['plan', 'apply', 'undo'] as const).map((step) => ({
    what: `${step} in a settings file of ${(text.length / 1e6).toFixed(1)} MB`,
    // The first round warms the code up.
    value: median(times[step].slice(1)),
    unit: 'ms',
  }));
}

async function keepTime<T>(times: number[], work: () => Promise<T>): Promise<T> {
  let answer: T | undefined;
  times.push(
    await timed(async () => {
      answer = await work();
    }),
  );
  return answer as T;
}
