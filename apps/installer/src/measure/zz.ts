import { mkdirSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { applyChange } from '../changes/apply-change.ts';
import { deskOf } from '../changes/executor.ts';
import { previewChanges } from '../changes/preview-changes.ts';
import { rollbackChange } from '../changes/rollback-change.ts';
import { actionDigest } from '../tools/change-tool.ts';
import { benchExecutor } from './bench-place.ts';
const folder = '/tmp/inst/bench';
mkdirSync(folder, { recursive: true });
const bench = { folder, environment: { ...process.env, npm_config_cache: join(folder, 'npm-cache') }, node: process.execPath };
const workspace = join(folder, 'starts');
mkdirSync(workspace, { recursive: true });
if (!existsSync(join(workspace, '.mcp.json'))) writeFileSync(join(workspace, '.mcp.json'), '{ "mcpServers": {} }\n');
const executor = await benchExecutor(bench, { workspaces: [workspace], capture: true });
let turn = 0;
async function one(spec: string, args: string[], store: 'managed'|'npx') {
  const action: any = { id: 'a', type: 'install_server', serverName: 'measured', command: 'npx', args: ['-y', spec, ...args], store,
    target: { installerId: executor.machine.installerId, client: 'claude-code', scope: 'project', path: join(workspace, '.mcp.json') } };
  const { plans, resolvedActions, refused } = await previewChanges([action], deskOf(executor));
  const [plan, resolved] = [plans[0]!, resolvedActions[0]!];
  if (!plan) throw new Error(JSON.stringify(refused));
  const ids = { executionId: `z${Date.now()}${turn++}`, actionId: 'a', actionDigest: actionDigest(resolved) };
  const request = { ...ids, operation: 'apply', planDigest: plan.planDigest, jti: `s${ids.executionId}` } as const;
  const t0 = performance.now(); const marks: string[] = [];
  const ex = { ...executor, reached: (s: string) => void marks.push(`${s}@${(performance.now()-t0).toFixed(0)}`) } as any;
  const { log } = await applyChange(ex, request, resolved, (m) => { marks.push(`${m.slice(0,40)}@${(performance.now()-t0).toFixed(0)}`); });
  console.log(store, spec, marks.join(' | '), 'total', (performance.now()-t0).toFixed(0));
  await rollbackChange(executor, { ...request, operation: 'rollback', jti: `b${ids.executionId}` }, () => undefined);
}
for (const [spec, ...args] of (JSON.parse(process.argv[2]!) as string[][]))
  for (let r = 0; r < Number(process.argv[3] ?? 3); r++) for (const s of ['managed','npx'] as const) await one(spec!, args, s);
process.exit(0);
