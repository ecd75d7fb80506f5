import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ended, execute, installAction } from '../../testing/change-road.ts';
import { until } from '../../testing/harness.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { scriptedInstaller } from '../../testing/scripted-servers.ts';
import { startSecondCoordinator } from '../../testing/second-coordinator.ts';

const DEAD = 'instance_dead';
/** What a lease and its notice take (some eight seconds), on a machine that does much else at the same time. */
const SOON_MS = 30_000;

let road: Road;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.app.close());

/** One that was killed: its lease runs out, and nobody tells. */
const killed = () =>
  sql`insert into instances (id, url, version, expires_at)
    values (${DEAD}, 'http://127.0.0.1:9', '0', clock_timestamp() + interval '1 second')`.execute(road.app.database.db);
const show = async (path: string) => (await road.app.admin('GET', path)).body;

it('loses its assessment to another, which makes it anew at once', async () => {
  const id = randomUUID();
  await killed();
  await road.app.database.db
    .insertInto('assessments')
    .values({
      id,
      status: 'running',
      assessment_type: 'compliance',
      origin: 'request',
      target_servers: '["filesystem"]',
      options: JSON.stringify({ includeDetails: true, generateReport: false, autoApprove: false }),
      requested_by: 'admin',
      created_at: road.app.now(),
      started_at: road.app.now(),
      attempt: 1,
      runner: DEAD,
    })
    .execute();
  const done = await until(
    'it is assessed',
    async () => {
      const shown = await show(`/assessments/${id}`);
      return shown.status !== 'running' && shown;
    },
    SOON_MS,
  );
  expect(done.status).toBe('completed');
});

it('loses its execution to another, which goes on where it stood', async () => {
  const { db } = road.app.database;
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { proposalId, token, executionId } = await road.approved([installAction('memory'), installAction('time')]);
  // Held up at its first action, the way it stands when a runner dies.
  let asked = 0;
  const done: string[] = [];
  road.installer.script('install_server', async (args) => {
    asked += 1;
    const { id, serverName } = args['action'] as { id: string; serverName: string };
    if (asked === 1) await gate;
    if (!done.includes(serverName)) done.push(serverName);
    const outcome = {
      executionId,
      actionId: id,
      status: 'completed',
      error: null,
      diff: '',
      log: [],
      replayed: false,
      durationMs: 1,
    };
    return { outcome };
  });
  expect((await execute(road.approver.ask, proposalId, token)).status).toBe(202);
  await until('the first action is under way', () => Promise.resolve(asked === 1));
  await killed();
  await db.updateTable('executions').set({ lease_owner: DEAD }).where('id', '=', executionId).execute();
  await until(
    'another one ran it',
    async () => {
      const { status } = await show(`/remediations/execution/${executionId}`);
      return status === 'completed';
    },
    SOON_MS,
  );
  open();
  expect(done).toEqual(['memory', 'time']);
  const { logs } = await show(`/audit/logs?target=${executionId}&action=execution_action_completed`);
  expect(logs, 'what the fenced one still says is not written').toHaveLength(2);
});

it('is not taken for dead by one whose clock is ten minutes ahead', async () => {
  const { proposalId, token, executionId } = await road.approved([installAction('sqlite')]);
  let asked = 0;
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  road.installer.script('install_server', async (args) => {
    asked += 1;
    await gate;
    const { id } = args['action'] as { id: string };
    const outcome = { executionId, actionId: id, status: 'completed', error: null, diff: '', log: [], replayed: false };
    return { outcome: { ...outcome, durationMs: 1 } };
  });
  expect((await execute(road.approver.ask, proposalId, token)).status).toBe(202);
  await until('the action is under way', () => Promise.resolve(asked === 1));
  // It looks for what is orphaned as soon as it starts, and finds the runner alive by the database's clock.
  const ahead = await startSecondCoordinator(road.app, { clock: () => new Date(road.app.now().getTime() + 600_000) });
  expect(asked).toBe(1);
  open();
  expect((await ended(road.app, executionId)).body.status).toBe('completed');
  await ahead.stop();
  expect(asked).toBe(1);
});

it('loses its links: their servers are expected elsewhere, and given up when they do not come', async () => {
  const { app } = road;
  const { db } = app.database;
  const agent = await scriptedInstaller(app, ['slack'], 'installer-of-the-dead');
  await agent.drop();
  await killed();
  await db
    .updateTable('links')
    .set({ instance_id: DEAD, ready: true })
    .where('server_id', '=', agent.serverId)
    .execute();
  const shown = (status: string) =>
    until(
      status,
      async () => {
        const { server } = await show(`/servers/${agent.serverId}`);
        return server.status === status && server;
      },
      SOON_MS * 2,
    );
  expect((await shown('degraded')).reason).toContain('about to link to another');
  const waiting = app.admin('GET', `/servers/${agent.serverId}/ping`);
  expect((await waiting).status, 'it waits, and then says that nobody came').toBe(503);
  expect((await shown('unreachable')).reason).toContain('has not linked to another');
  await agent.dial();
  expect((await app.admin('GET', `/servers/${agent.serverId}/ping`)).status).toBe(200);
});
