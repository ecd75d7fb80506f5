import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { ClientId, Scope } from '@mcp-coordinator/contract/inventory.contract';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import { afterEach, describe, expect, it } from 'vitest';
import { inChild } from '../testing/in-child.ts';
import { makeExecutor, makeRoots, planOne, type Roots, requestFor } from '../testing/installer-rig.ts';
import { applyChange } from './apply-change.ts';
import { CHANGE_STEPS } from './executor.ts';
import { rollbackChange } from './rollback-change.ts';

interface Stand {
  readonly client: ClientId;
  readonly scope: Scope;
  readonly path: string;
  readonly before: string;
  readonly added: RegExp;
}
/** The clients whose files are no JSON. */
const STANDS: Stand[] = [
  {
    client: 'codex',
    scope: 'project',
    path: '.codex/config.toml',
    before: '# mine\r\nmodel = "x" # y\r\n\r\n[mcp_servers.old]\r\ncommand = "z"',
    added: /\[mcp_servers\.new\]/g,
  },
  {
    client: 'goose',
    scope: 'user',
    path: '~/.config/goose/config.yaml',
    before: 'extensions:\n  # mine\n  old:\n    type: stdio\n    cmd: z # y\n    enabled: true\n',
    added: /^ {2}new:/gm,
  },
  {
    client: 'continue',
    scope: 'project',
    path: '.continue/mcpServers/mine.yaml',
    before: 'name: mine\nversion: 1.0.0\nmcpServers:\n- name: old # y\n  command: z\n',
    added: /^- name: new/gm,
  },
];
const cases = STANDS.flatMap((stand) => CHANGE_STEPS.map((dieAt) => [stand.client, dieAt, stand] as const));
const quiet = () => undefined;

let roots: Roots;
afterEach(() => roots.remove());

function prepare({ client, scope, path, before }: Stand): Action {
  roots = makeRoots({ [path]: before });
  const target = { installerId: 'generic-mcp-installer', client, scope, path: roots.at(path) };
  return { id: 'a1', type: 'install_server', serverName: 'new', command: 'node', args: ['x'], target };
}

const crashing = async (input: object) => {
  const { signal, output } = await inChild(new URL('../testing/crash-child.ts', import.meta.url), input);
  return { signal, outcome: output as ActionOutcome | null };
};

describe('kill -9', () => {
  it.each(cases)('%s at %s: the change is finished once, and undone to the byte', async (_client, dieAt, stand) => {
    const install = prepare(stand);
    const { plan, action } = await planOne(await makeExecutor(roots), install);
    const request = requestFor(action, plan.planDigest);
    expect(await crashing({ roots, request, action, dieAt })).toEqual({ signal: 'SIGKILL', outcome: null });
    const executor = await makeExecutor(roots);
    expect(await applyChange(executor, { ...request, jti: 'again' }, action, quiet)).toMatchObject({
      status: 'completed',
    });
    expect(roots.read(stand.path).match(stand.added)).toHaveLength(1);
    const back = { ...request, operation: 'rollback' as const, jti: 'u' };
    expect(await rollbackChange(executor, back, quiet)).toMatchObject({ status: 'rolled_back' });
    expect(roots.read(stand.path)).toBe(stand.before);
  });
});

describe('two installers on one file', () => {
  it.each(STANDS)('$client: in two processes, one is stale or both are in the file', async (stand) => {
    const install = prepare(stand);
    const executor = await makeExecutor(roots);
    const runs = await Promise.all(
      ['x', 'y'].map(async (serverName) => {
        const { plan, action } = await planOne(executor, { ...install, id: serverName, serverName });
        return { roots, request: requestFor(action, plan.planDigest, serverName), action, dieAt: null };
      }),
    );
    const outcomes = await Promise.all(runs.map((run) => crashing(run)));
    expect(outcomes.map(({ outcome }) => outcome?.status).sort()).toEqual(['completed', 'stale']);
  });
});
