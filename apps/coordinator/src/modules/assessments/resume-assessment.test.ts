import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp, until } from '../../testing/harness.ts';
import { auditOf } from '../../testing/road-state.ts';
import { scriptedCompliance, scriptedInstaller } from '../../testing/scripted-servers.ts';
import { startSecondCoordinator } from '../../testing/second-coordinator.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await scriptedInstaller(app, ['filesystem']);
});
afterAll(() => app.close());

/** What a coordinator leaves behind that died while it waited for the compliance server. */
const abandoned = async (status: 'pending' | 'running', minutesAgo: number): Promise<string> => {
  const id = randomUUID();
  const at = new Date(app.now().getTime() - minutesAgo * 60_000);
  await app.database.db
    .insertInto('assessments')
    .values({
      id,
      status,
      assessment_type: 'compliance',
      origin: 'request',
      target_servers: '["filesystem"]',
      options: JSON.stringify({ includeDetails: true, generateReport: false, autoApprove: false }),
      requested_by: 'admin',
      created_at: at,
      started_at: status === 'running' ? at : null,
      attempt: status === 'running' ? 1 : 0,
    })
    .execute();
  return id;
};
const show = async (id: string) => (await app.admin('GET', `/assessments/${id}`)).body;

it('a coordinator that starts takes up what another left, and finishes it once', async () => {
  const compliance = await scriptedCompliance(app);
  const ids = [await abandoned('running', 30), await abandoned('pending', 0)];
  const second = await startSecondCoordinator(app);
  for (const id of ids) {
    const body = await until(`${id} is done`, async () => {
      const shown = await show(id);
      return ['completed', 'failed'].includes(shown.status) && shown;
    });
    expect(body).toMatchObject({ status: 'completed', summary: { totalIssues: 1 } });
    await auditOf(app, 'assessment_completed', id);
  }
  const asked = compliance.calls.filter(({ args }) => ids.includes(args['assessmentId'] as string));
  expect(asked).toHaveLength(2);
  await second.stop();
});
