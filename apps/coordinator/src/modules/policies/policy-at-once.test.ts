import { afterAll, beforeAll, expect, it } from 'vitest';
import { approve, execute, installAction, mint } from '../../testing/change-road.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { policyInForce } from '../../testing/policy-road.ts';

let road: Road;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.app.close());

const change = async (quorum: number) => {
  const policy = { ...(await policyInForce(road.app.admin)), quorum };
  return () => road.app.admin('PUT', '/policies/approval', { policy, reason: 'at once' });
};

it('a stricter policy and an approval at once: whichever came first, nothing runs under the old one', async () => {
  for (let round = 0; round < 6; round += 1) {
    await (await change(1))();
    const proposalId = await road.proposal({ actions: [installAction(`vote-${round}`)] });
    const token = await mint(road.approver.ask);
    const tighten = await change(2);
    const [voted, changed] = await Promise.all([approve(road.approver.ask, proposalId, token), tighten()]);
    expect([voted.status, changed.status]).toEqual([200, 200]);
    const { body } = await road.user.ask('GET', `/remediations/${proposalId}`);
    expect(body).toMatchObject({
      status: voted.body.approvalsNeeded === 0 ? 'approved' : 'pending',
      approvalsNeeded: 1,
    });
    const run = await execute(road.approver.ask, proposalId, token);
    expect(run.body.code).toBe(body.status === 'approved' ? 'approvals_missing' : 'invalid_transition');
  }
  expect(road.installer.done).toEqual([]);
});

it('a stricter policy and a start at once: it started under the one that was in force, or not at all', async () => {
  for (let round = 0; round < 4; round += 1) {
    await (await change(1))();
    const { proposalId, token, executionId } = await road.approved([installAction(`start-${round}`)]);
    const tighten = await change(2);
    const [started, changed] = await Promise.all([execute(road.approver.ask, proposalId, token), tighten()]);
    expect(changed.status).toBe(200);
    expect([202, 409]).toContain(started.status);
    if (started.status === 409) expect(started.body.code).toBe('approvals_missing');
    const at = async (action: 'execution_started' | 'policy_changed') =>
      (await road.app.database.db.selectFrom('audit_logs').selectAll().where('action', '=', action).execute())
        .filter(({ target, details }) => target === executionId || details?.['version'] === changed.body.change.version)
        .map(({ timestamp }) => timestamp.getTime());
    expect(await at('execution_started')).toHaveLength(started.status === 202 ? 1 : 0);
    expect(await at('policy_changed')).toHaveLength(1);
  }
});
