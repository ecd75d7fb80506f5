import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { approve, ended, execute, installAction, mint, propose, removeAction } from '../../testing/change-road.ts';
import { until } from '../../testing/harness.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { type ScriptedInstaller, scriptedInstaller } from '../../testing/scripted-servers.ts';

const NAMES = ['installer-1', 'installer-2', 'installer-3', 'installer-4'];
let road: Road;
let machines: ScriptedInstaller[];
beforeAll(async () => {
  road = await openRoad();
  machines = [road.installer];
  for (const name of NAMES.slice(1)) machines.push(await scriptedInstaller(road.app, ['filesystem', 'postgres'], name));
});
afterAll(() => road.app.close());
beforeEach(() => {
  for (const machine of machines) {
    machine.done.length = 0;
    machine.entries.clear();
    for (const name of ['filesystem', 'postgres']) machine.entries.add(name);
  }
});

const EVERYWHERE = { group: { client: 'kilocode' }, waves: [{ machines: 1 }, { machines: 2 }] };
const at = (index: number): ScriptedInstaller => {
  const machine = machines[index];
  if (!machine) throw new Error(`no machine ${index}`);
  return machine;
};
const show = async (id: string) => (await road.app.admin('GET', `/remediations/execution/${id}`)).body;
const statuses = (body: { rollout: { machines: { status: string }[] } }) =>
  body.rollout.machines.map(({ status }) => status);
const done = () => machines.map((machine) => machine.done.join(', '));

async function approved(actions: readonly object[], rollout: object = EVERYWHERE, assessmentId?: string) {
  const { status, body } = await propose(road.user.ask, assessmentId, actions, { rollout });
  expect(status, JSON.stringify(body)).toBe(201);
  const token = await mint(road.approver.ask);
  const decided = await approve(road.approver.ask, body.proposalId, token);
  expect(decided.status, JSON.stringify(decided.body)).toBe(200);
  const { proposalId, leftOut } = body as { proposalId: string; leftOut: { installerId: string; reason: string }[] };
  const run = async (more: object = {}) => {
    const started = await execute(road.approver.ask, proposalId, token, more);
    expect(started.status, JSON.stringify(started.body)).toBe(202);
  };
  return { proposalId, leftOut, token, executionId: decided.body.executionId as string, run };
}

/** Has it dial in again, and waits until what it reported is what stands there. */
async function reported(machine: ScriptedInstaller): Promise<void> {
  await machine.dial();
  await until('its inventory', async () => {
    const { inventory } = (await road.app.admin('GET', `/servers/${machine.serverId}/configuration`)).body;
    const names = inventory.servers.map(({ name }: { name: string }) => name).sort();
    return names.join() === [...machine.entries].sort().join();
  });
}

/** From now on this machine fails at installing that server. */
function failing(machine: ScriptedInstaller, name: string): () => void {
  const good = machine.answer('install_server');
  if (!good) throw new Error('it installs nothing');
  machine.script('install_server', async (args) => {
    const { id, serverName } = args['action'] as { id: string; serverName: string };
    if (serverName !== name) return good(args);
    const common = {
      executionId: args['executionId'],
      actionId: id,
      diff: '',
      log: [],
      replayed: false,
      durationMs: 1,
    };
    return { outcome: { ...common, status: 'failed', error: 'the disk is full' } };
  });
  return () => machine.script('install_server', good);
}

it('changes every machine of a group under one approval, wave by wave', async () => {
  const { proposalId, executionId, leftOut, run } = await approved([installAction('memory'), removeAction('postgres')]);
  expect(leftOut).toEqual([]);
  const proposal = (await road.user.ask('GET', `/remediations/${proposalId}`)).body;
  expect(proposal).toMatchObject({
    title: 'Install memory and remove postgres on 4 machines',
    rollout: { ...EVERYWHERE, failureRatio: 0.1, machines: NAMES },
  });
  expect(proposal.proposedActions).toHaveLength(8);
  expect(proposal.preview.plans.map((plan: { target: { installerId: string } }) => plan.target.installerId)).toEqual(
    NAMES.flatMap((name) => [name, name]),
  );
  const { reached, release } = at(1).pause('install_server');
  await run({ parallelExecution: true });
  await reached;
  await until('the third machine is at it', () => Promise.resolve(at(2).done.length === 1));
  const meanwhile = await show(executionId);
  expect(meanwhile.rollout).toMatchObject({ waves: 3, wave: 2, stopped: false });
  expect(statuses(meanwhile)).toEqual(['done', 'under_way', 'under_way', 'pending']);
  expect(at(3).done).toEqual([]);
  release();
  const { body } = await ended(road.app, executionId);
  expect(body).toMatchObject({ status: 'completed', error: null, progress: 100, rollout: { wave: null } });
  expect(done()).toEqual(NAMES.map(() => 'install_server memory, remove_server postgres'));
});

it('stops when too many of a wave fail, and undoes what it did on every machine', async () => {
  const heal = failing(at(2), 'time');
  const { proposalId, executionId, run } = await approved([installAction('memory'), installAction('time')]);
  await run();
  const { body } = await ended(road.app, executionId);
  heal();
  expect(body).toMatchObject({ status: 'rolled_back', rollout: { stopped: true } });
  expect(body.error).toContain('the disk is full');
  expect(statuses(body)).toEqual(['undone', 'undone', 'failed', 'skipped']);
  expect(machines.map(({ entries }) => [...entries].sort().join())).toEqual(NAMES.map(() => 'filesystem,postgres'));
  expect((await road.user.ask('GET', `/remediations/${proposalId}`)).body.status).toBe('rolled_back');
});

it('goes on past a failure that the ratio allows, and leaves that machine as it was', async () => {
  const heal = failing(at(1), 'time');
  const { executionId, run } = await approved([installAction('memory'), installAction('time')], {
    ...EVERYWHERE,
    failureRatio: 0.5,
  });
  await run();
  const { body } = await ended(road.app, executionId);
  heal();
  expect(body).toMatchObject({ status: 'completed', rollout: { stopped: false } });
  expect(body.error).toContain('time@installer-2 failed: the disk is full');
  expect(statuses(body)).toEqual(['done', 'failed', 'done', 'done']);
  expect(at(1).done).toEqual(['install_server memory', 'undo install_server memory']);
});

it('passes over machines that are away or have changed, and comes back to them', async () => {
  const { executionId, proposalId, run } = await approved([installAction('memory')]);
  await at(1).drop();
  at(2).entries.add('from outside');
  const looked = await execute(road.approver.ask, proposalId, undefined, { dryRun: true });
  expect(looked.body).toMatchObject({ dryRun: true, current: false });
  await run();
  await until('all had their turn', async () => statuses(await show(executionId))[3] === 'done');
  const waiting = await show(executionId);
  expect(waiting.status).toBe('running');
  expect(statuses(waiting)).toEqual(['done', 'away', 'changed', 'done']);
  expect(waiting.rollout.resumableUntil).not.toBeNull();
  const passedOver = await road.app.database.db
    .selectFrom('audit_logs')
    .select('details')
    .where('action', '=', 'execution_machine_passed_over')
    .where('target', '=', executionId)
    .execute();
  expect(passedOver.map(({ details }) => [details?.['installerId'], details?.['why']].join(' ')).sort()).toEqual([
    'installer-2 away',
    'installer-3 changed',
  ]);
  at(2).entries.delete('from outside');
  await at(1).dial();
  const { body } = await ended(road.app, executionId);
  expect(body).toMatchObject({ status: 'completed', error: null });
  expect(statuses(body)).toEqual(['done', 'done', 'done', 'done']);
  expect(done()).toEqual(NAMES.map(() => 'install_server memory'));
});

it('gives up those that do not come back while the approval lives', async () => {
  const { executionId, run } = await approved([installAction('memory')]);
  at(3).entries.add('from outside');
  await run();
  await until('it waits', async () => statuses(await show(executionId))[3] === 'changed');
  const { resumableUntil } = (await show(executionId)).rollout;
  await road.app.database.db
    .updateTable('executions')
    .set({ resumable_until: road.app.now() })
    .where('id', '=', executionId)
    .execute();
  expect(Date.parse(resumableUntil)).toBeGreaterThan(road.app.now().getTime());
  const { body } = await ended(road.app, executionId);
  expect(body).toMatchObject({ status: 'completed', error: 'Nothing was done on installer-4 (changed).' });
  expect(statuses(body)).toEqual(['done', 'done', 'done', 'skipped']);
});

it('does not start when no machine is as it was approved, and spends nothing', async () => {
  const { proposalId, token } = await approved([installAction('memory')]);
  for (const machine of machines) machine.entries.add('from outside');
  expectProblem(await execute(road.approver.ask, proposalId, token), 'preview_stale');
  expect(done()).toEqual(['', '', '', '']);
});

it('finds its machines by label and by finding, and says who was left out and why', async () => {
  const labelled = await road.app.admin('PUT', '/servers/installer-3/labels', { labels: ['floor-2', 'floor-2'] });
  expect(labelled.body).toMatchObject({ labels: ['floor-2'] });
  await road.app.admin('PUT', '/servers/installer-2/labels', { labels: ['floor-2'] });
  at(1).entries.delete('postgres');
  for (const machine of machines) await reported(machine);
  const byLabel = await approved([removeAction('postgres')], { group: { label: 'floor-2' } });
  expect(byLabel.leftOut).toEqual([
    { installerId: 'installer-2', reason: expect.stringContaining('No installer knows a server postgres') },
  ]);
  await byLabel.run();
  expect(statuses((await ended(road.app, byLabel.executionId)).body)).toEqual(['done']);
  expect(done()).toEqual(['', '', 'remove_server postgres', '']);

  const assessed = await road.app.admin('POST', '/assessments', {
    requestId: 'for-the-finding',
    assessmentType: 'compliance',
    targetServers: ['installer-4/kilocode/project/postgres'],
  });
  expect(assessed.status, JSON.stringify(assessed.body)).toBe(202);
  await until('it is assessed', async () => (await assessmentOf('for-the-finding')).status === 'completed');
  const { executionId, run } = await approved(
    [removeAction('postgres')],
    { group: { finding: 'CFG-03' } },
    'for-the-finding',
  );
  await run();
  expect((await ended(road.app, executionId)).body.rollout.machines).toMatchObject([
    { installerId: 'installer-4', wave: 1, status: 'done' },
  ]);
});
const assessmentOf = async (id: string) => (await road.app.admin('GET', `/assessments/${id}`)).body;

it('refuses what cannot be rolled out', async () => {
  const ask = (action: object, group: object) => propose(road.user.ask, undefined, [action], { rollout: { group } });
  const target = { installerId: 'installer-1', client: 'kilocode', scope: 'project', path: '/x' };
  expectProblem(await ask({ ...installAction('memory'), target }, { client: 'kilocode' }), 'invalid_request');
  expectProblem(await ask(installAction('memory'), {}), 'invalid_request');
  expectProblem(await ask(installAction('memory'), { finding: 'CFG-03' }), 'invalid_request');
  expectProblem(
    await ask({ id: 'p', type: 'pin_tools', serverName: 'postgres' }, { client: 'kilocode' }),
    'invalid_request',
  );
  expectProblem(await ask(installAction('memory'), { installers: ['nobody'] }), 'action_refused');
});
