import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approve, ended, execute, installAction, mint } from '../../testing/change-road.ts';
import { databaseState } from '../../testing/database-state.ts';
import { askTheDoomed, type DeathPoint } from '../../testing/kill-instance.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { expectProblem } from '../../testing/problems.ts';

let road: Road;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.app.close());
beforeEach(() => {
  road.installer.done.length = 0;
});

let made = 0;
const somethingNew = () => {
  made += 1;
  return [installAction(`server-${made}`)];
};
const tokenOf = (proposalId: string) =>
  road.app.database.db
    .selectFrom('approval_tokens')
    .select(['approved_at', 'redeemed_at'])
    .where('proposal_id', '=', proposalId)
    .executeTakeFirst();
const stateOf = async (proposalId: string) => {
  const { status, votes, executionId } = (await road.app.admin('GET', `/remediations/${proposalId}`)).body;
  return { status, votes: votes.length, executionId };
};
const recorded = async (target: string): Promise<string[]> => {
  const { logs } = (await road.app.admin('GET', `/audit/logs?target=${target}&limit=100`)).body;
  return logs.map(({ action }: { action: string }) => action).sort();
};

/** That what was approved runs to its end, once, and that its token has had its use. */
async function expectRunOnce(proposalId: string, executionId: string, token: string): Promise<void> {
  expect((await ended(road.app, executionId)).body.status).toBe('completed');
  expect(road.installer.done).toEqual([`install_server server-${made}`]);
  expect((await tokenOf(proposalId))?.redeemed_at).not.toBeNull();
  expectProblem(await execute(road.approver.ask, proposalId, token), 'approval_token_used');
  expect(await recorded(executionId)).toEqual([
    'execution_action_completed',
    'execution_completed',
    'execution_started',
  ]);
}

describe('killed (-9) while a token starts an execution', () => {
  const within = 'update "approval_tokens" set "proposal_id" = $1, "digest" = $2, "redeemed_at"';
  type Left = 'unused' | 'used' | 'either';
  const points: [string, Omit<DeathPoint, 'within'>, Left][] = [
    ['when the token is spent', { at: within, when: 'done' }, 'unused'],
    ['when the proposal has moved', { at: 'update "remediations" set', when: 'done' }, 'unused'],
    ['when the execution has moved', { at: 'update "executions" set', when: 'done' }, 'unused'],
    ['when its job is queued', { at: 'INSERT INTO pgboss', when: 'done' }, 'unused'],
    ['before the commit', { at: 'commit', when: 'before' }, 'unused'],
    ['while the commit is under way', { at: 'commit', when: 'sent' }, 'either'],
    ['when it is committed and nobody was told', { at: 'commit', when: 'done' }, 'used'],
  ];

  it.each(points)('%s', async (_, point, left) => {
    const { proposalId, token, executionId } = await road.approved(somethingNew());
    const before = await databaseState(road.app);
    await askTheDoomed(road.app, { ...point, within }, road.approver.token, (ask) => execute(ask, proposalId, token));
    const used = (await tokenOf(proposalId))?.redeemed_at !== null;
    if (left !== 'either') expect(used).toBe(left === 'used');
    if (!used) {
      expect(await databaseState(road.app), 'nothing began').toEqual(before);
      expect(road.installer.done).toEqual([]);
      expect((await execute(road.approver.ask, proposalId, token)).status, 'it is as good as before').toBe(202);
    }
    await expectRunOnce(proposalId, executionId, token);
  });
});

describe('killed (-9) while a token approves', () => {
  const within = 'update "approval_tokens" set "proposal_id" = $1, "digest" = $2, "approved_at"';
  const points: [string, Omit<DeathPoint, 'within'>, boolean][] = [
    ['when the execution is prepared', { at: 'insert into "execution_actions"', when: 'done' }, false],
    ['when it is committed and nobody was told', { at: 'commit', when: 'done' }, true],
  ];

  it.each(points)('%s', async (_, point, approved) => {
    const proposalId = await road.proposal({ actions: somethingNew() });
    const token = await mint(road.approver.ask);
    const approvalId = `killed-${made}`;
    const decide = (ask: Road['approver']['ask']) => approve(ask, proposalId, token, { approvalId });
    await askTheDoomed(road.app, { ...point, within }, road.approver.token, decide);
    const left = await stateOf(proposalId);
    expect(left).toMatchObject({ status: approved ? 'approved' : 'pending', votes: approved ? 1 : 0 });
    // Whoever got no answer asks again, and it is the one decision either way.
    const again = await decide(road.approver.ask);
    expect(again, JSON.stringify(again.body)).toMatchObject({ status: 200, body: { decision: 'approved' } });
    if (approved) expect(again.body.executionId).toBe(left.executionId);
    expect(await stateOf(proposalId)).toMatchObject({ status: 'approved', votes: 1 });
    expect((await execute(road.approver.ask, proposalId, token)).status).toBe(202);
    await expectRunOnce(proposalId, again.body.executionId as string, token);
    expect(await recorded(proposalId)).toEqual(expect.arrayContaining(['approval_granted', 'remediation_proposed']));
  });
});
