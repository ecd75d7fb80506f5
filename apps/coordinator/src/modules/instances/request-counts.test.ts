import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp, until } from '../../testing/harness.ts';
import { expectProblem } from '../../testing/problems.ts';
import { type SecondCoordinator, startSecondCoordinator } from '../../testing/second-coordinator.ts';

const LIMIT = 40;
let app: TestApp;
let second: SecondCoordinator;
beforeAll(async () => {
  const environment = { RATE_LIMIT_PER_MINUTE: `${LIMIT}` };
  app = await startTestApp(environment);
  second = await startSecondCoordinator(app, { environment });
});
afterAll(async () => {
  await second.stop();
  await app.close();
});

it('a limit that was used up at one instance is used up at the other', async () => {
  const viewer = await app.person('viewer');
  const there = second.as(viewer.token);
  expect((await there('GET', '/auth/permissions')).status).toBe(200);
  for (let asked = 0; asked < LIMIT; asked += 1) await viewer.ask('GET', '/auth/permissions');
  // Looked at through another person, so that looking uses nothing up.
  const answer = await until('the other instance has heard of it', async () => {
    const tried = await there('GET', '/auth/permissions');
    return tried.status !== 200 && tried;
  });
  expectProblem(answer, 'rate_limited');
  const approver = await app.person('approver');
  expect((await second.as(approver.token)('GET', '/auth/permissions')).status, 'others are not meant').toBe(200);
});
