import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ended, execute, installAction, mint } from '../../testing/change-road.ts';
import { databaseState } from '../../testing/database-state.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, eventsOf, expectOnlyRefused } from '../../testing/road-state.ts';

let road: Road;
let count = 0;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.app.close());
beforeEach(() => {
  road.installer.done.length = 0;
  count += 1;
});
const fresh = () => [installAction(`server-${count}-${Math.trunc(performance.now() * 1000)}`)];

describe('starting', () => {
  it('answers the source’s fields, and leaves its record and events', async () => {
    const { proposalId, token, executionId } = await road.approved(fresh());
    const answer = await execute(road.approver.ask, proposalId, token, {
      dryRun: false,
      rollbackOnFailure: true,
      parallelExecution: false,
    });
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({ success: true, executionId, proposalId, status: 'running', dryRun: false });
    const { body } = await ended(road.app, executionId);
    expect(body).toMatchObject({
      status: 'completed',
      startedBy: road.approver.username,
      rollbackOnFailure: true,
      error: null,
    });
    expect(new Date(body.finishedAt).getTime()).toBeGreaterThanOrEqual(new Date(body.startTime).getTime());
    expect(await auditOf(road.app, 'execution_started', executionId)).toMatchObject({
      actor: road.approver.username,
      details: { proposalId, rollbackOnFailure: true, parallelExecution: false, tokenId: expect.any(String) },
    });
    expect(await auditOf(road.app, 'execution_action_completed', executionId)).toMatchObject({
      actor: 'system',
      result: 'success',
      details: { executor: 'installer-1', operation: 'apply' },
    });
    expect(await auditOf(road.app, 'execution_completed', executionId)).toMatchObject({
      actor: 'system',
      result: 'success',
      details: { reassessmentId: body.reassessmentId },
    });
    const told = (await eventsOf(road.app, 'executions')).filter((event) => event.data['executionId'] === executionId);
    expect(told.map((event) => event.event)).toEqual([
      'execution.started',
      'execution.action',
      'execution.action',
      'execution.completed',
    ]);
  });

  it('by another than the approver takes a token of their own', async () => {
    const { proposalId, executionId } = await road.approved(fresh());
    const admin = await mint(road.app.admin, { proposalId });
    expect((await execute(road.app.admin, proposalId, admin)).status).toBe(202);
    expect((await ended(road.app, executionId)).body.startedBy).toBe('admin');
  });

  it('retried under its Idempotency-Key gets the first answer, and starts nothing again', async () => {
    const { proposalId, token, executionId } = await road.approved(fresh());
    const headers = { 'idempotency-key': randomUUID() };
    const run = (more: object = {}) =>
      road.approver.ask('POST', '/remediations/execute', { proposalId, approvalToken: token, ...more }, headers);
    const first = await run();
    expect(first.status).toBe(202);
    await ended(road.app, executionId);
    expect(await run()).toMatchObject({ status: 202, body: first.body });
    expectProblem(await run({ rollbackOnFailure: false }), 'idempotency_conflict');
    expectProblem(await execute(road.approver.ask, proposalId, token), 'approval_token_used');
    expect(road.installer.done).toHaveLength(1);
    await auditOf(road.app, 'execution_started', executionId);
  });

  it('what is not approved does not start', async () => {
    const proposalId = await road.proposal();
    const token = await mint(road.approver.ask, { proposalId });
    const record = { action: 'execution_refused', actor: road.approver.username, target: proposalId } as const;
    await expectOnlyRefused(
      road.app,
      () => execute(road.approver.ask, proposalId, token),
      'invalid_transition',
      record,
    );
    expectProblem(await execute(road.approver.ask, 'nothing', token), 'not_found');
    expectProblem(await execute(road.user.ask, proposalId, token), 'forbidden');
    expectProblem(await execute(road.app.as(road.installer.key), proposalId, token), 'forbidden');
    expect(road.installer.done).toEqual([]);
  });
});

describe('a dry run', () => {
  it('needs no token, spends none, and changes nothing', async () => {
    const { proposalId, token, executionId } = await road.approved(fresh());
    const before = await databaseState(road.app);
    for (const given of [undefined, token]) {
      const answer = await execute(road.approver.ask, proposalId, given, { dryRun: true });
      expect(answer).toMatchObject({ status: 200, body: { success: true, proposalId, dryRun: true, current: true } });
      expect(answer.body.plans).toHaveLength(1);
    }
    expect(await databaseState(road.app)).toEqual(before);
    expect(road.installer.done).toEqual([]);
    expect((await execute(road.approver.ask, proposalId, token)).status).toBe(202);
    await ended(road.app, executionId);
  });

  it('says when the configuration is not the same any more, and supersedes nothing', async () => {
    const { proposalId } = await road.approved(fresh());
    road.installer.entries.add('by-hand');
    const answer = await execute(road.approver.ask, proposalId, undefined, { dryRun: true });
    expect(answer).toMatchObject({ status: 200, body: { current: false } });
    expect((await road.app.admin('GET', `/remediations/${proposalId}`)).body.status).toBe('approved');
    road.installer.entries.delete('by-hand');
  });
});

describe('the approver’s right is asked for again', () => {
  it.each([
    ['disabled', { disabled: true }],
    ['demoted', { role: 'user' }],
  ])('a vote of someone %s since counts no more', async (_, change) => {
    const voter = await road.app.person('approver');
    const proposalId = await road.proposal({ actions: fresh() });
    const approvalToken = await mint(voter.ask);
    const decided = await voter.ask('POST', '/approvals', {
      approvalId: randomUUID(),
      proposalId,
      decision: 'approved',
      reason: 'r',
      approvalToken,
    });
    expect(decided.status).toBe(200);
    const { body } = await road.app.admin('GET', '/users?limit=200');
    const { id } = body.users.find((one: { username: string }) => one.username === voter.username);
    expect((await road.app.admin('PATCH', `/users/${id}`, change)).status).toBe(200);

    expect((await execute(voter.ask, proposalId, approvalToken)).status).toBe(401);
    const token = await mint(road.approver.ask, { proposalId });
    const record = { action: 'execution_refused', actor: road.approver.username, target: proposalId } as const;
    const answer = await expectOnlyRefused(
      road.app,
      () => execute(road.approver.ask, proposalId, token),
      'approvals_missing',
      record,
    );
    expect(answer.body.detail).toContain('needs 1 more of: any approver');
    expect(road.installer.done).toEqual([]);
  });
});

describe('the list', () => {
  it('is newest first, filtered, paged, and a machine sees what it proposed', async () => {
    await road.approved(fresh());
    const { body } = await road.user.ask('GET', '/executions?limit=200');
    const ids = body.executions.map((one: { executionId: string }) => one.executionId);
    expect(body.total).toBe(ids.length);
    const paged: string[] = [];
    let cursor = '';
    do {
      const page = (await road.user.ask('GET', `/executions?limit=3${cursor && `&cursor=${cursor}`}`)).body;
      paged.push(...page.executions.map((one: { executionId: string }) => one.executionId));
      cursor = page.nextCursor ?? '';
    } while (cursor);
    expect(paged).toEqual(ids);
    const completed = (await road.user.ask('GET', '/executions?status=completed')).body;
    expect(new Set(completed.executions.map((one: { status: string }) => one.status))).toEqual(new Set(['completed']));
    expect(completed.total).toBeLessThan(body.total);
    const machine = road.app.as(road.installer.key);
    expect((await machine('GET', '/executions')).body).toMatchObject({ total: 0, executions: [] });
    expectProblem(await machine('GET', `/remediations/execution/${ids[0]}`), 'not_found');
  });
});
