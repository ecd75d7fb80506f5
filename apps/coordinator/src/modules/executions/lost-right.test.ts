import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approve, execute, installAction, mint } from '../../testing/change-road.ts';
import type { Answer } from '../../testing/harness.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { expectOnlyRefused } from '../../testing/road-state.ts';

let road: Road;
let count = 0;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.app.close());
const fresh = () => [installAction(`server-${++count}`)];

const idOf = async (username: string): Promise<number> => {
  const { body } = await road.app.admin('GET', '/users?limit=200');
  return body.users.find((one: { username: string }) => one.username === username).id;
};
const change = async (username: string, body: object): Promise<void> => {
  expect((await road.app.admin('PATCH', `/users/${await idOf(username)}`, body)).status).toBe(200);
};
const refusedRun = (target: string, actor: string) => ({ action: 'execution_refused', actor, target }) as const;
const WAYS = [
  ['disabled', { disabled: true }],
  ['demoted', { role: 'user' }],
] as const;

describe('the right to start is asked for once more where the token is spent', () => {
  it.each(WAYS)('of someone who is %s while the previews are taken', async (_, body) => {
    const starter = await road.app.person('approver');
    const { proposalId, executionId } = await road.approved(fresh());
    const token = await mint(starter.ask, { proposalId });
    const preview = road.installer.pause('preview_change');
    const starting: Promise<Answer> = execute(starter.ask, proposalId, token);
    await preview.reached;
    await change(starter.username, body);
    await expectOnlyRefused(
      road.app,
      () => {
        preview.release();
        return starting;
      },
      'approval_token_revoked',
      refusedRun(proposalId, starter.username),
    );
    expect(road.installer.done).toEqual([]);
    expect((await road.app.admin('GET', `/remediations/execution/${executionId}`)).body.status).toBe('pending');
  });

  it('of a voter who is demoted while another starts it', async () => {
    const voter = await road.app.person('approver');
    const proposalId = await road.proposal({ actions: fresh() });
    expect((await approve(voter.ask, proposalId, await mint(voter.ask))).status).toBe(200);
    const token = await mint(road.approver.ask, { proposalId });
    const preview = road.installer.pause('preview_change');
    const starting = execute(road.approver.ask, proposalId, token);
    await preview.reached;
    await change(voter.username, { role: 'viewer' });
    await expectOnlyRefused(
      road.app,
      () => {
        preview.release();
        return starting;
      },
      'approvals_missing',
      refusedRun(proposalId, road.approver.username),
    );
    expect(road.installer.done).toEqual([]);
  });
});

describe('a token outlives neither', () => {
  it.each(WAYS)('its holder being %s', async (_, body) => {
    const holder = await road.app.person('approver');
    const { proposalId } = await road.approved(fresh());
    const token = await mint(holder.ask, { proposalId });
    await change(holder.username, body);
    expectProblem(await execute(holder.ask, proposalId, token), 'session_expired');
    // Somebody else's session does not make it theirs.
    await expectOnlyRefused(
      road.app,
      () => execute(road.approver.ask, proposalId, token),
      'approval_token_foreign',
      refusedRun(proposalId, road.approver.username),
    );
  });

  it('the key of the machine that would carry it out: nothing runs, and the token stays', async () => {
    const { proposalId, token, executionId } = await road.approved(fresh());
    const { body } = await road.app.admin('GET', '/api-keys');
    const key = body.apiKeys.find((one: { serverId: string }) => one.serverId === road.installer.serverId);
    expect((await road.app.admin('DELETE', `/api-keys/${key.id}`)).status).toBe(200);
    const answer = await execute(road.approver.ask, proposalId, token);
    expectProblem(answer, 'server_unreachable');
    expect(road.installer.done).toEqual([]);
    expect((await road.app.admin('GET', `/remediations/execution/${executionId}`)).body.status).toBe('pending');
    const mine = (await road.approver.ask('GET', '/auth/approval-tokens')).body.approvalTokens;
    expect(mine.find((one: { proposalId: string }) => one.proposalId === proposalId).state).toBe('open');
  });
});
