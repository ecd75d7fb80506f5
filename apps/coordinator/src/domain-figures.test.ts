import { afterAll, beforeAll, expect, it } from 'vitest';
import { ended, execute, installAction } from './testing/change-road.ts';
import { openRoad, type Road } from './testing/open-road.ts';

const HOUR_MS = 3_600_000;
let road: Road;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.app.close());

const figures = async () => (await road.app.coordinator.monitoring.sampleNow()).domain;

it('says nothing of an audit log that was never verified, and then what was found', async () => {
  expect(await figures()).toMatchObject({ pending_approvals: 0, approval_age_hours: 0, execution_stuck_minutes: 0 });
  await road.app.coordinator.audit.verifyInBackground(true);
  expect(await figures()).toMatchObject({ audit_valid: 1 });
});

it('counts failed logins and used tokens that are shown again, and forgets them', async () => {
  const { app, approver } = road;
  await app.anyone('POST', '/auth/login', { username: 'admin', password: 'wrong' });
  const { proposalId, token, executionId } = await road.approved();
  await execute(approver.ask, proposalId, token);
  await ended(app, executionId);
  expect((await execute(approver.ask, proposalId, token)).body.code).toBe('approval_token_used');
  expect(await figures()).toMatchObject({ failed_logins: 1, token_replay: 1 });
  app.advance(HOUR_MS / 10);
  expect(await figures()).toMatchObject({ failed_logins: 0, token_replay: 0 });
});

it('measures how long an execution stands still, which would have moved', async () => {
  const { app } = road;
  const { executionId } = await road.approved([installAction('stands-still')]);
  // As one whose runner died: nobody renews its lease, and nothing of it was finished since.
  await app.database.db
    .updateTable('executions')
    .set({ status: 'running', started_at: app.now(), lease_expires_at: new Date(app.now().getTime() + 24 * HOUR_MS) })
    .where('id', '=', executionId)
    .execute();
  app.advance(HOUR_MS / 4);
  expect((await figures()).execution_stuck_minutes).toBeCloseTo(15, 0);
});

it('measures how long the oldest proposal waits', async () => {
  await road.proposal({ actions: [installAction('waits')] });
  road.app.advance(2 * HOUR_MS);
  expect(await figures()).toMatchObject({ pending_approvals: 1, approval_age_hours: expect.closeTo(2, 1) });
});
