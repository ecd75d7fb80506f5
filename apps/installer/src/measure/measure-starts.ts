import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { applyChange } from '../changes/apply-change.ts';
import { deskOf, type Executor } from '../changes/executor.ts';
import { previewChanges } from '../changes/preview-changes.ts';
import { rollbackChange } from '../changes/rollback-change.ts';
import { actionDigest } from '../tools/change-tool.ts';
import { type Bench, benchExecutor, median } from './bench-place.ts';

/** Real servers that list their tools without a key of anybody's, at the versions that are measured. */
const SERVERS: readonly (readonly [string, ...string[]])[] = [
  ['@modelcontextprotocol/server-filesystem@2026.8.31', '.'],
  ['@modelcontextprotocol/server-memory@2026.8.31'],
  ['@modelcontextprotocol/server-everything@2026.8.31'],
  ['@modelcontextprotocol/server-sequential-thinking@2026.8.31'],
  ['@playwright/mcp@0.0.83'],
  ['@notionhq/notion-mcp-server@2.5.2'],
  ['@upstash/context7-mcp@4.1.1'],
  ['chrome-devtools-mcp@1.11.0'],
  ['@antv/mcp-server-chart@0.9.10'],
  ['@eslint/mcp@0.3.13'],
];
const ROUNDS = 3;

/** Medians in milliseconds from the approved plan to the listed tools; `first` is the very first time, downloads included. */
export interface StartFigure {
  readonly server: string;
  readonly managed: number;
  readonly npx: number;
  readonly firstManaged: number;
  readonly firstNpx: number;
}

type Way = 'managed' | 'npx';

/** Installs each server both ways, over and over, turn by turn: whatever the machine does besides, it does to both. */
export async function measureStarts(bench: Bench, say: (line: string) => void): Promise<StartFigure[]> {
  const workspace = join(bench.folder, 'starts');
  mkdirSync(workspace, { recursive: true });
  writeFileSync(join(workspace, '.mcp.json'), '{ "mcpServers": {} }\n');
  const executor = await benchExecutor(bench, { workspaces: [workspace], capture: true });
  const figures: StartFigure[] = [];
  for (const [spec, ...args] of SERVERS) {
    const times: Record<Way, number[]> = { managed: [], npx: [] };
    for (let round = 0; round <= ROUNDS; round++)
      for (const way of ['managed', 'npx'] as const) times[way].push(await installed(executor, spec, args, way));
    const [firstManaged = 0, ...managed] = times.managed;
    const [firstNpx = 0, ...npx] = times.npx;
    const figure = { server: spec, managed: median(managed), npx: median(npx), firstManaged, firstNpx };
    say(`${spec}: ${figure.managed.toFixed(0)} ms managed, ${figure.npx.toFixed(0)} ms by npx`);
    figures.push(figure);
  }
  return figures;
}

let turn = 0;

/** Milliseconds from the approved plan to the listed tools; undone afterwards. */
async function installed(executor: Executor, spec: string, args: readonly string[], store: Way): Promise<number> {
  const action: Action = {
    ...{ id: 'a', type: 'install_server', serverName: 'measured', command: 'npx', args: ['-y', spec, ...args], store },
    target: {
      installerId: executor.machine.installerId,
      client: 'claude-code',
      scope: 'project',
      path: join(executor.machine.roots.workspaces[0] ?? '', '.mcp.json'),
    },
  };
  const { plans, resolvedActions, refused } = await previewChanges([action], deskOf(executor));
  const [plan, resolved] = [plans[0], resolvedActions[0]];
  if (plan === undefined || resolved === undefined) throw new Error(`${spec}: ${refused[0]?.reason}`);
  const ids = { executionId: `m${turn++}`, actionId: 'a', actionDigest: actionDigest(resolved) };
  const request = { ...ids, operation: 'apply', planDigest: plan.planDigest, jti: `start-${turn}` } as const;
  const beganAt = performance.now();
  let untilStart = 0;
  const { status, error, log } = await applyChange(executor, request, resolved, (message) => {
    if (message.startsWith('starting ')) untilStart = performance.now() - beganAt;
  });
  // What ending the server takes afterwards is no part of it.
  const startMs = / started in (\d+) ms and offers [1-9]/.exec(log.join('\n'))?.[1];
  if (startMs === undefined) throw new Error(`${spec} (${store}): ${status} ${error ?? 'lists no tools'}`);
  await rollbackChange(executor, { ...request, operation: 'rollback', jti: `back-${turn}` }, () => undefined);
  return untilStart + Number(startMs);
}
