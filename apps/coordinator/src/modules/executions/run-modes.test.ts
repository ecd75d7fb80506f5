import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ended, execute, installAction, removeAction } from '../../testing/change-road.ts';
import { until } from '../../testing/harness.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, eventsOf, expectOnlyRefused } from '../../testing/road-state.ts';
import { type ScriptedInstaller, scriptedInstaller } from '../../testing/scripted-servers.ts';

let road: Road;
let second: ScriptedInstaller;
beforeAll(async () => {
  road = await openRoad();
  second = await scriptedInstaller(road.app, ['slack'], 'installer-2');
});
afterAll(() => road.app.close());
afterEach(() => {
  for (const installer of [road.installer, second]) {
    installer.done.length = 0;
    for (const name of [...installer.entries])
      if (!['filesystem', 'postgres', 'slack'].includes(name)) installer.entries.delete(name);
    for (const name of installer === second ? ['slack'] : ['filesystem', 'postgres']) installer.entries.add(name);
  }
});

const target = (installerId: string) => ({
  installerId,
  client: 'kilocode',
  scope: 'project',
  path: '/home/person/.kilocode/mcp.json',
});
const on = (installerId: string, serverName: string) => ({ ...installAction(serverName), target: target(installerId) });
const show = async (id: string) => (await road.app.admin('GET', `/remediations/execution/${id}`)).body;
const outcome = (args: Record<string, unknown>, more: object = {}) => ({
  outcome: {
    executionId: args['executionId'],
    actionId: (args['action'] as { id: string }).id,
    status: 'completed',
    error: null,
    diff: '',
    log: [],
    replayed: false,
    durationMs: 1,
    ...more,
  },
});

/** Calls of an installer wait here until they are let go; what it did by itself before, it does then. */
function gate(installer: ScriptedInstaller, tool = 'install_server') {
  const waiting: string[] = [];
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  installer.script(tool, async (args) => {
    const { serverName } = args['action'] as { serverName: string };
    waiting.push(serverName);
    await opened;
    installer.entries.add(serverName);
    installer.done.push(`${tool} ${serverName}`);
    return outcome(args);
  });
  return { waiting, open };
}

describe('side by side', () => {
  it('actions on different machines run at once, those on one file in order', async () => {
    const first = gate(road.installer);
    const other = gate(second);
    const { proposalId, token, executionId } = await road.approved([
      on('installer-1', 'one'),
      on('installer-1', 'two'),
      on('installer-2', 'three'),
    ]);
    expect((await execute(road.approver.ask, proposalId, token, { parallelExecution: true })).status).toBe(202);
    await until('both machines are at it', () =>
      Promise.resolve(first.waiting.length === 1 && other.waiting.length === 1),
    );
    expect([...first.waiting, ...other.waiting]).toEqual(['one', 'three']);
    const meanwhile = await show(executionId);
    expect(meanwhile).toMatchObject({
      status: 'running',
      progress: 0,
      parallelExecution: true,
      currentAction: 'installing_one',
      finishedAt: null,
    });
    expect(meanwhile.actions.map((action: { status: string }) => action.status)).toEqual([
      'running',
      'pending',
      'running',
    ]);
    first.open();
    other.open();
    expect((await ended(road.app, executionId)).body).toMatchObject({
      status: 'completed',
      results: { successful: 3, total: 3 },
    });
    expect(road.installer.done).toEqual(['install_server one', 'install_server two']);
  });

  it('where it was not asked for, one at a time', async () => {
    const first = gate(road.installer);
    const other = gate(second);
    const { proposalId, token, executionId } = await road.approved([
      on('installer-1', 'one'),
      on('installer-2', 'three'),
    ]);
    await execute(road.approver.ask, proposalId, token);
    await until('the first is at it', () => Promise.resolve(first.waiting.length === 1));
    expect(other.waiting).toEqual([]);
    first.open();
    await until('then the other', () => Promise.resolve(other.waiting.length === 1));
    other.open();
    await ended(road.app, executionId);
  });
});

describe('cancelling', () => {
  const cancel = (id: string, ask = road.approver.ask) =>
    ask('POST', `/remediations/execution/${id}/cancel`, { reason: 'wrong server' });

  it('stops before the next action and undoes what is done', async () => {
    const held = gate(road.installer);
    const { proposalId, token, executionId } = await road.approved([installAction('one'), installAction('two')]);
    await execute(road.approver.ask, proposalId, token);
    await until('the first is at it', () => Promise.resolve(held.waiting.length === 1));
    const asked = await cancel(executionId);
    expect(asked).toMatchObject({ status: 202, body: { success: true, executionId, status: 'running' } });
    expect((await cancel(executionId)).status).toBe(202);
    held.open();
    const { body } = await ended(road.app, executionId);
    expect(body).toMatchObject({
      status: 'rolled_back',
      error: `cancelled by ${road.approver.username}: wrong server`,
    });
    expect(body.actions.map((action: { status: string }) => action.status)).toEqual(['undone', 'skipped']);
    expect(road.installer.done).toEqual(['install_server one', 'undo install_server one']);
    expect((await road.app.admin('GET', `/remediations/${proposalId}`)).body.status).toBe('rolled_back');
    expect(await auditOf(road.app, 'execution_rollback_requested', executionId)).toMatchObject({
      actor: road.approver.username,
      details: { reason: 'wrong server', while: 'running' },
    });
    await auditOf(road.app, 'execution_rolled_back', executionId);
    expectProblem(await cancel(executionId), 'invalid_transition');
  });

  it('is for who may execute, needs a reason, and something that runs', async () => {
    const { executionId } = await road.approved();
    const record = { action: 'execution_refused', actor: road.approver.username, target: executionId } as const;
    await expectOnlyRefused(road.app, () => cancel(executionId), 'invalid_transition', record);
    expectProblem(await cancel(executionId, road.user.ask), 'forbidden');
    expectProblem(await cancel('nothing'), 'not_found');
    expectProblem(
      await road.approver.ask('POST', `/remediations/execution/${executionId}/cancel`, { reason: ' ' }),
      'invalid_request',
    );
    expectProblem(
      await road.approver.ask('POST', `/remediations/execution/${executionId}/rollback`, { reason: 'r' }),
      'invalid_transition',
    );
  });

  it('ends cancelled where nothing was done', async () => {
    const { proposalId, token, executionId } = await road.approved([installAction('one'), installAction('two')]);
    await road.installer.drop();
    // Nothing runs without its executor: the start itself is refused, and nothing is spent.
    const refused = await execute(road.approver.ask, proposalId, token);
    expectProblem(refused, 'server_unreachable');
    expect(refused.headers.get('retry-after')).toBeTruthy();
    await road.installer.dial();
    road.installer.script('install_server', (args) => outcome(args, { status: 'failed', error: 'the file is locked' }));
    await execute(road.approver.ask, proposalId, token);
    const { body } = await ended(road.app, executionId);
    expect(body).toMatchObject({ status: 'failed', results: { successful: 0, failed: 1 } });
    expect(body.error).toContain('the file is locked');
    expect((await road.app.admin('GET', `/remediations/${proposalId}`)).body.status).toBe('failed');
    expect(await auditOf(road.app, 'execution_failed', executionId)).toMatchObject({ result: 'failure' });
  });
});

describe('an undo that fails', () => {
  it('is tried once for each action, and the execution has failed', async () => {
    gate(road.installer).open();
    const { proposalId, token, executionId } = await road.approved([installAction('one'), removeAction('postgres')]);
    road.installer.script('remove_server', (args) => outcome(args, { status: 'failed', error: 'no' }));
    road.installer.script('rollback_change', (args) =>
      outcome(args, { status: 'failed', error: 'it was edited since' }),
    );
    await execute(road.approver.ask, proposalId, token);
    const { body } = await ended(road.app, executionId);
    expect(body.status).toBe('failed');
    expect(body.actions.map((action: { status: string; error?: string }) => [action.status, action.error])).toEqual([
      ['undo_failed', 'it was edited since'],
      ['failed', 'no'],
    ]);
    const told = (await eventsOf(road.app, 'executions')).filter((event) => event.data['executionId'] === executionId);
    expect(told.at(-1)).toMatchObject({ event: 'execution.failed', data: { status: 'failed' } });
  });
});
