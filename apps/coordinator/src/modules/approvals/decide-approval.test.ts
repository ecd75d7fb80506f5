import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approve, mint } from '../../testing/change-road.ts';
import { databaseState } from '../../testing/database-state.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, eventsOf, expectOnlyRefused } from '../../testing/road-state.ts';

let road: Road;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.app.close());

const show = async (proposalId: string) => (await road.app.admin('GET', `/remediations/${proposalId}`)).body;
const decide = (body: object, ask = road.approver.ask) => ask('POST', '/approvals', body);
const rejection = (proposalId: string) => ({
  approvalId: randomUUID(),
  proposalId,
  decision: 'rejected',
  reason: 'not now',
});
const refusedFor = (target: string) => ({ action: 'approval_refused', actor: road.approver.username, target }) as const;

describe('approving', () => {
  it('answers the source’s fields, prepares the execution, and is told', async () => {
    const proposalId = await road.proposal();
    const seen = await show(proposalId);
    const approvalId = `approval-${randomUUID()}`;
    const approvalToken = await mint(road.approver.ask);
    const body = {
      approvalId,
      proposalId,
      decision: 'approved',
      reason: 'looks right',
      approvalToken,
      proposalDigest: seen.digest,
    };
    const answer = await decide(body);
    const { executionId } = answer.body;
    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, approvalId, decision: 'approved', approvalsNeeded: 0 },
    });
    expect(executionId).toMatch(/^exec/);

    const shown = await show(proposalId);
    expect(shown).toMatchObject({ status: 'approved', executionId, approvalsNeeded: 0, digest: seen.digest });
    expect(shown.votes).toMatchObject([
      {
        approvalId,
        username: road.approver.username,
        decision: 'approved',
        reason: 'looks right',
        selfApproved: false,
      },
    ]);
    const hours = (new Date(shown.expiresAt).getTime() - road.app.now().getTime()) / 3_600_000;
    expect(Math.round(hours)).toBe(24);
    expect((await road.app.admin('GET', `/remediations/execution/${executionId}`)).body).toMatchObject({
      status: 'pending',
      progress: 0,
    });

    expect(await auditOf(road.app, 'approval_granted', proposalId)).toMatchObject({
      actor: road.approver.username,
      result: 'success',
      details: {
        approvalId,
        reason: 'looks right',
        digest: seen.digest,
        selfApproved: false,
        executionId,
        approvalsNeeded: 0,
      },
    });
    const about = (event: { data: Record<string, unknown> }) => event.data['proposalId'] === proposalId;
    expect((await eventsOf(road.app, 'approvals')).filter(about)).toMatchObject([
      { event: 'approval.granted', data: { by: road.approver.username, executionId } },
    ]);
    expect((await eventsOf(road.app, 'remediations')).filter(about).map((event) => event.event)).toEqual([
      'remediation.proposed',
      'remediation.approved',
    ]);
    const { body: listed } = await road.user.ask('GET', '/approvals');
    expect(listed.approvals[0]).toMatchObject({ approvalId, proposalId, assessmentId: null, digest: seen.digest });
  });

  it('sent again, it is the same decision with the first answer', async () => {
    const proposalId = await road.proposal();
    const body = {
      approvalId: randomUUID(),
      proposalId,
      decision: 'approved',
      reason: 'r',
      approvalToken: await mint(road.approver.ask),
    };
    const first = await decide(body);
    const before = await databaseState(road.app);
    const again = await decide(body);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await databaseState(road.app)).toEqual(before);
    await auditOf(road.app, 'approval_granted', proposalId);
  });

  it.each<[string, object]>([
    ['another reason', { reason: 'changed my mind' }],
    ['another decision', { decision: 'rejected' }],
    ['another subject', { proposalId: 'nothing-like-it' }],
  ])('the same approvalId with %s is a conflict', async (_, change) => {
    const proposalId = await road.proposal();
    const body = {
      approvalId: randomUUID(),
      proposalId,
      decision: 'approved',
      reason: 'r',
      approvalToken: await mint(road.approver.ask),
    };
    expect((await decide(body)).status).toBe(200);
    const target = 'proposalId' in change ? String(change.proposalId) : proposalId;
    await expectOnlyRefused(road.app, () => decide({ ...body, ...change }), 'idempotency_conflict', refusedFor(target));
  });

  it('the approvalId of somebody else is a conflict', async () => {
    const proposalId = await road.proposal();
    const body = rejection(proposalId);
    expect((await decide(body, road.app.admin)).status).toBe(200);
    await expectOnlyRefused(road.app, () => decide(body), 'idempotency_conflict', refusedFor(proposalId));
  });

  it('what was not seen as it is is not approved, and the token stays good', async () => {
    const proposalId = await road.proposal();
    const token = await mint(road.approver.ask);
    const digest = `sha256:${'0'.repeat(64)}`;
    await expectOnlyRefused(
      road.app,
      () => approve(road.approver.ask, proposalId, token, { proposalDigest: digest }),
      'proposal_changed',
      refusedFor(proposalId),
    );
    expect((await approve(road.approver.ask, proposalId, token)).status).toBe(200);
  });

  it('sets nothing but the decision', async () => {
    const proposalId = await road.proposal();
    const token = await mint(road.approver.ask);
    for (const extra of [{ priority: 'low' }, { status: 'approved' }, { proposedActions: [] }])
      expectProblem(await approve(road.approver.ask, proposalId, token, extra), 'invalid_request');
    expect((await show(proposalId)).status).toBe('pending');
  });
});

describe('rejecting', () => {
  it('needs no token, needs a reason, and ends it', async () => {
    const proposalId = await road.proposal();
    for (const reason of ['', ' ', undefined])
      expectProblem(await decide({ ...rejection(proposalId), reason }), 'invalid_request');
    const body = rejection(proposalId);
    const answer = await decide(body);
    expect(answer.body).toEqual({
      success: true,
      approvalId: body.approvalId,
      decision: 'rejected',
      executionId: null,
      approvalsNeeded: 0,
    });
    expect(await decide(body)).toMatchObject({ status: 200, body: answer.body });
    const shown = await show(proposalId);
    expect(shown).toMatchObject({ status: 'rejected', executionId: null, expiresAt: null });
    expect(shown.reason).toBe(`rejected by ${road.approver.username}: not now`);
    expect(await auditOf(road.app, 'approval_rejected', proposalId)).toMatchObject({
      actor: road.approver.username,
      details: { reason: 'not now' },
    });
    const token = await mint(road.app.admin);
    expectProblem(await approve(road.app.admin, proposalId, token), 'invalid_transition');
    expectProblem(await decide(rejection(proposalId)), 'invalid_transition');
  });

  it('an approved proposal is past rejecting', async () => {
    const { proposalId } = await road.approved();
    await expectOnlyRefused(
      road.app,
      () => decide(rejection(proposalId)),
      'invalid_transition',
      refusedFor(proposalId),
    );
  });
});

it('names a proposal or an assessment, and one that is there', async () => {
  const body = { approvalId: 'a', decision: 'rejected', reason: 'r' };
  expectProblem(await decide(body), 'invalid_request');
  expectProblem(await decide({ ...body, proposalId: 'p', assessmentId: 'a' }), 'invalid_request');
  expectProblem(await decide({ ...body, proposalId: 'nothing' }), 'not_found');
  expectProblem(await decide({ ...body, assessmentId: 'nothing' }), 'not_found');
});

it('is too late once the proposal has expired, whether or not anyone has looked', async () => {
  const proposalId = await road.proposal();
  road.app.advance(72 * 3_600_000);
  const approver = await road.app.signIn(road.approver.username, `a password for ${road.approver.username} 1`);
  const ask = road.app.as(approver);
  expectProblem(await approve(ask, proposalId, await mint(ask)), 'invalid_transition');
  expectProblem(await decide(rejection(proposalId), ask), 'invalid_transition');
});
