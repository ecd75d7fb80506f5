import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { approve, ended, execute, installAction, mint, removeAction } from '../../testing/change-road.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { policyInForce, setPolicy, underSecondFactor } from '../../testing/policy-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { expectOnlyRefused } from '../../testing/road-state.ts';

let road: Road;
let second: Road['approver'];
let lenient: Awaited<ReturnType<typeof policyInForce>>;
beforeAll(async () => {
  road = await openRoad();
  second = await road.app.person('approver', 'second-approver');
  lenient = await policyInForce(road.app.admin);
});
afterAll(() => road.app.close());
afterEach(async () => {
  const answer = await road.app.admin('PUT', '/policies/approval', { policy: lenient, reason: 'as it was' });
  expect([200, 422]).toContain(answer.status);
});

const set = (change: Parameters<typeof setPolicy>[1]) => setPolicy(road.app.admin, change);
const show = async (id: string) => (await road.user.ask('GET', `/remediations/${id}`)).body;
const listed = async (id: string) =>
  (await road.user.ask('GET', '/remediations?limit=200')).body.remediations.find(
    (one: { proposalId: string }) => one.proposalId === id,
  );
const vote = async (person: { ask: Road['approver']['ask'] }, id: string, more: object = {}) =>
  approve(person.ask, id, await mint(person.ask), more);
const named = (...people: string[]) => ({ people, roles: [] });
let count = 0;
const fresh = () => [installAction(`server-${++count}`)];
const refusedVote = (target: string, actor: string) => ({ action: 'approval_refused', actor, target }) as const;
const refusedRun = (target: string) =>
  ({ action: 'execution_refused', actor: road.approver.username, target }) as const;
/** A day of the week on which it is not. */
const otherDay = () =>
  (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[(road.app.now().getUTCDay() + 3) % 7]!;
const window = (open: boolean) => ({
  days: open ? (['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const).slice() : [otherDay()],
  from: '00:00',
  to: '24:00',
  timeZone: 'UTC',
});

describe('who and how many', () => {
  it('is shown with the proposal, in words', async () => {
    await set({ approvers: [named(road.approver.username, second.username)] });
    const id = await road.proposal();
    expect(await show(id)).toMatchObject({
      approvalsNeeded: 1,
      approval: {
        needed: 1,
        have: 0,
        missing: [{ count: 1, of: { people: [road.approver.username, second.username].sort(), roles: [] } }],
        reasons: [`needs 1 more of: ${[road.approver.username, second.username].sort().join(', ')}`],
      },
    });
    expect(await listed(id)).toMatchObject({ approvalsNeeded: 1 });
    expect((await vote(second, id)).body).toMatchObject({ approvalsNeeded: 0 });
    expect(await show(id)).toMatchObject({ status: 'approved', approval: { have: 1, missing: [], reasons: [] } });
  });

  it('only whom the policy names: nobody else’s approval is taken', async () => {
    await set({ approvers: [named(second.username)] });
    const id = await road.proposal();
    const token = await mint(road.approver.ask);
    const answer = await expectOnlyRefused(
      road.app,
      () => approve(road.approver.ask, id, token),
      'not_entitled',
      refusedVote(id, road.approver.username),
    );
    expect(answer.body.detail).toContain(`needs 1 more of: ${second.username}`);
    expect((await vote(second, id)).status).toBe(200);
  });

  it('by server, action and priority: the highest figure and every rule that covers an action count', async () => {
    await set({
      quorumByPriority: { low: 2 },
      quorumByServer: [{ server: { name: 'POST*', installerId: 'installer-?' }, quorum: 3 }],
      approvers: [{ ...named(second.username), actionTypes: ['remove_server'], count: 1 }],
    });
    const needed = async (actions: object[], priority = 'high') =>
      (await show(await road.proposal({ actions, more: { priority } }))).approval.reasons;
    expect(await needed(fresh())).toEqual(['needs 1 more of: any approver']);
    expect(await needed(fresh(), 'low')).toEqual(['needs 2 more of: any approver']);
    expect(await needed([...fresh(), removeAction('filesystem')])).toEqual([`needs 1 more of: ${second.username}`]);
    expect((await needed([removeAction('postgres')])).sort()).toEqual([
      `needs 1 more of: ${second.username}`,
      'needs 3 more of: any approver',
    ]);
  });

  it('a quorum of two is two people', async () => {
    await set({ quorum: 2 });
    const id = await road.proposal({ actions: fresh() });
    expect((await vote(road.approver, id)).body).toMatchObject({ approvalsNeeded: 1, executionId: null });
    expect(await show(id)).toMatchObject({ status: 'pending', approval: { have: 1, needed: 2 } });
    expectProblem(await vote(road.approver, id), 'already_decided');
    expect((await vote(second, id)).body).toMatchObject({ approvalsNeeded: 0 });
    expect((await show(id)).status).toBe('approved');
  });
});

describe('a policy that changed since', () => {
  it('stricter: the run waits for more approvals, which are taken, and then it runs', async () => {
    const { proposalId, executionId, token } = await road.approved(fresh());
    await set({ quorum: 2 });
    const answer = await expectOnlyRefused(
      road.app,
      () => execute(road.approver.ask, proposalId, token),
      'approvals_missing',
      refusedRun(proposalId),
    );
    expect(answer.body.detail).toContain('needs 1 more of: any approver');
    expect(road.installer.done).not.toContain('install_server');
    expect(await show(proposalId)).toMatchObject({ status: 'approved', approvalsNeeded: 1 });
    expectProblem(
      await road.app.admin('POST', '/approvals', {
        approvalId: `r-${count}`,
        proposalId,
        decision: 'rejected',
        reason: 'r',
      }),
      'invalid_transition',
    );

    expect((await vote(second, proposalId)).body).toMatchObject({ approvalsNeeded: 0, executionId });
    expect(await show(proposalId)).toMatchObject({ status: 'approved', approvalsNeeded: 0 });
    expectProblem(await vote({ ask: road.app.admin }, proposalId), 'invalid_transition');
    expect((await execute(road.approver.ask, proposalId, token)).status).toBe(202);
    expect((await ended(road.app, executionId)).body.status).toBe('completed');
  });

  it('stricter about who: an approval that was given counts no more', async () => {
    const { proposalId, token } = await road.approved(fresh());
    await set({ approvers: [named(second.username)] });
    const answer = await expectOnlyRefused(
      road.app,
      () => execute(road.approver.ask, proposalId, token),
      'approvals_missing',
      refusedRun(proposalId),
    );
    expect(answer.body.detail).toContain(`the approval of ${road.approver.username} does not count`);
    expect((await vote(second, proposalId)).status).toBe(200);
    expect((await execute(road.approver.ask, proposalId, token)).status).toBe(202);
  });

  it('a second person is asked for: what somebody approved for themselves does not run', async () => {
    const proposalId = await road.proposal({ actions: fresh(), by: road.app.admin });
    const token = await mint(road.app.admin);
    expect((await approve(road.app.admin, proposalId, token)).status).toBe(200);
    const change = await road.app.admin('PUT', '/policies/approval', {
      policy: { ...lenient, secondPerson: true },
      reason: 'r',
    });
    expect(change.status).toBe(200);
    await expectOnlyRefused(road.app, () => execute(road.app.admin, proposalId, token), 'approvals_missing', {
      ...refusedRun(proposalId),
      actor: 'admin',
    });
    // Back to one person is a change that waits for another admin; the database is told directly, as a new version.
    await road.app.database.db
      .insertInto('policies')
      .values({
        name: 'approval',
        version: change.body.change.version + 1,
        document: JSON.stringify(lenient),
        created_at: road.app.now(),
      })
      .execute();
  });

  it('looser: what was proposed under the stricter one keeps its rules', async () => {
    await set({ quorum: 2, changeWindows: [window(true)] });
    const old = await road.proposal({ actions: fresh() });
    expect((await vote(road.approver, old)).body).toMatchObject({ approvalsNeeded: 1 });
    await set({ quorum: 1 });
    expect(await show(old)).toMatchObject({ status: 'pending', approvalsNeeded: 1, policy: { quorum: 2 } });
    const anew = await road.proposal({ actions: fresh() });
    expect((await vote(road.approver, anew)).body).toMatchObject({ approvalsNeeded: 0 });
    expect((await vote(second, old)).body).toMatchObject({ approvalsNeeded: 0 });
  });
});

describe('change windows', () => {
  it('hold the start, not the approval, and spend nothing', async () => {
    await set({ changeWindows: [window(false)] });
    const { proposalId, token, executionId } = await road.approved(fresh());
    const answer = await expectOnlyRefused(
      road.app,
      () => execute(road.approver.ask, proposalId, token),
      'outside_change_window',
      refusedRun(proposalId),
    );
    expect(answer.body.detail).toContain(`${otherDay()} 00:00–24:00 UTC`);
    expect((await execute(road.approver.ask, proposalId, undefined, { dryRun: true })).status).toBe(200);
    await set({ changeWindows: [] });
    // Looser now, but not for what was approved under windows.
    expectProblem(await execute(road.approver.ask, proposalId, token), 'outside_change_window');
    expect((await road.app.admin('GET', `/remediations/execution/${executionId}`)).body.status).toBe('pending');
  });

  it('hold the approval too, where the policy says so; a rejection never waits', async () => {
    await set({ changeWindows: [window(false)], approveInsideWindows: true });
    const id = await road.proposal({ actions: fresh() });
    const token = await mint(road.approver.ask);
    await expectOnlyRefused(
      road.app,
      () => approve(road.approver.ask, id, token),
      'outside_change_window',
      refusedVote(id, road.approver.username),
    );
    const no = { approvalId: `no-${id}`, proposalId: id, decision: 'rejected', reason: 'r' };
    expect((await road.approver.ask('POST', '/approvals', no)).status).toBe(200);
  });

  it('that are open hold nothing', async () => {
    await set({ changeWindows: [window(false), window(true)], approveInsideWindows: true });
    const { proposalId, token } = await road.approved(fresh());
    expect((await execute(road.approver.ask, proposalId, token)).status).toBe(202);
  });
});

describe('a second factor', () => {
  it('is asked of an approval, however long ago its token was minted', async () => {
    const token = await mint(road.approver.ask);
    await set({ mfa: { approve: true, execute: false, manageUsers: false } });
    const id = await road.proposal({ actions: fresh() });
    await expectOnlyRefused(
      road.app,
      () => approve(road.approver.ask, id, token),
      'second_factor_missing',
      refusedVote(id, road.approver.username),
    );
    expect((await approve(road.approver.ask, id, await underSecondFactor(road.app, token))).status).toBe(200);
  });

  it('is asked of one that was given before', async () => {
    const { proposalId, token } = await road.approved(fresh());
    await set({ mfa: { approve: true, execute: false, manageUsers: false } });
    const answer = await expectOnlyRefused(
      road.app,
      () => execute(road.approver.ask, proposalId, token),
      'approvals_missing',
      refusedRun(proposalId),
    );
    expect(answer.body.detail).toContain('it was given without a second factor');
  });

  it('is asked of whoever starts the execution', async () => {
    const { proposalId, token } = await road.approved(fresh());
    await set({ mfa: { approve: false, execute: true, manageUsers: false } });
    await expectOnlyRefused(
      road.app,
      () => execute(road.approver.ask, proposalId, token),
      'second_factor_missing',
      refusedRun(proposalId),
    );
    expect((await execute(road.approver.ask, proposalId, await underSecondFactor(road.app, token))).status).toBe(202);
  });
});

describe('maximum ages', () => {
  const HOUR = 3_600_000;
  const hoursLeft = async (id: string) =>
    Math.round((new Date((await show(id)).expiresAt).getTime() - road.app.now().getTime()) / HOUR);
  const ages = (proposalHours: number, approvalHours: number, tokenMinutes: number) => ({
    maximumAges: { proposalHours, approvalHours, tokenMinutes },
  });

  it('shorten what waits already, and lengthen nothing', async () => {
    const undecided = await road.proposal({ actions: fresh() });
    const approved = await road.approved(fresh());
    expect([await hoursLeft(undecided), await hoursLeft(approved.proposalId)]).toEqual([72, 24]);
    await set(ages(10, 5, 1440));
    expect([await hoursLeft(undecided), await hoursLeft(approved.proposalId)]).toEqual([10, 5]);
    await set(ages(100, 50, 1440));
    expect([await hoursLeft(undecided), await hoursLeft(approved.proposalId)]).toEqual([10, 5]);
    // The shorter of the two holds: it was proposed under 72 and 24 hours.
    const id = await road.proposal({ actions: fresh() });
    expect(await hoursLeft(id)).toBe(100);
    await set(ages(100, 7, 1440));
    await vote(road.approver, id);
    expect(await hoursLeft(id)).toBe(7);
  });

  it('hold tokens, those too that are out', async () => {
    const at = (minutes: number) => new Date(road.app.now().getTime() + minutes * 60_000).toISOString();
    const long = await mint(road.approver.ask, { expiresAt: at(600) });
    await set(ages(72, 24, 10));
    const id = await road.proposal({ actions: fresh() });
    expectProblem(
      await road.approver.ask('POST', '/auth/approval-token', { reason: 'r', expiresAt: at(11) }),
      'invalid_request',
    );
    const { body } = await road.approver.ask('POST', '/auth/approval-token', { reason: 'r' });
    expect(Math.round((new Date(body.expiresAt).getTime() - road.app.now().getTime()) / 60_000)).toBe(10);
    road.app.advance(10 * 60_000 + 1000);
    expectProblem(await approve(road.approver.ask, id, long), 'approval_token_expired');
  });
});
