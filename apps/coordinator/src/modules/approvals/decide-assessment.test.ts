import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assess, execute, installAction, mint, propose } from '../../testing/change-road.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, eventsOf, expectOnlyRefused } from '../../testing/road-state.ts';

let road: Road;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.app.close());

const assessment = async (): Promise<string> => (await assess(road.app, road.user.ask, ['postgres'])).body.assessmentId;
const decide = (assessmentId: string, decision: string, more: object = {}) =>
  road.approver.ask('POST', '/approvals', {
    approvalId: randomUUID(),
    assessmentId,
    decision,
    reason: 'read it',
    ...more,
  });
const show = async (id: string) => (await road.user.ask('GET', `/assessments/${id}`)).body;
const refused = (target: string) => ({ action: 'approval_refused', actor: road.approver.username, target }) as const;

it('approving takes a token, and starts nothing', async () => {
  const id = await assessment();
  await expectOnlyRefused(road.app, () => decide(id, 'approved'), 'approval_token_required', refused(id));
  const approvalToken = await mint(road.approver.ask, { assessmentId: id });
  const answer = await decide(id, 'approved', { approvalToken });
  expect(answer).toMatchObject({ status: 200, body: { decision: 'approved', executionId: null, approvalsNeeded: 0 } });
  const shown = await show(id);
  expect(shown).toMatchObject({
    status: 'approved',
    decision: { decision: 'approved', by: road.approver.username, reason: 'read it' },
  });
  expect(await auditOf(road.app, 'assessment_approved', id)).toMatchObject({
    actor: road.approver.username,
    result: 'success',
    details: { reason: 'read it', digest: shown.digest },
  });
  const told = (await eventsOf(road.app, 'assessments')).filter((event) => event.data['assessmentId'] === id);
  expect(told.at(-1)).toMatchObject({ event: 'assessment.approved', data: { status: 'approved' } });

  // A proposal can stand on it, and its token starts none.
  const proposed = await propose(road.user.ask, id, [installAction('memory')]);
  expect(proposed.status).toBe(201);
  expectProblem(await execute(road.approver.ask, proposed.body.proposalId, approvalToken), 'approval_token_bound');
  await expectOnlyRefused(road.app, () => decide(id, 'rejected'), 'invalid_transition', refused(id));
});

it('rejecting takes none, and nothing can be built on it', async () => {
  const id = await assessment();
  expect((await decide(id, 'rejected')).status).toBe(200);
  expect(await show(id)).toMatchObject({ status: 'rejected', decision: { decision: 'rejected' } });
  expect(await auditOf(road.app, 'assessment_rejected', id)).toMatchObject({ actor: road.approver.username });
  expectProblem(await propose(road.user.ask, id, [installAction('memory')]), 'invalid_transition');
});

it('one token is worth one assessment', async () => {
  const [first, second] = [await assessment(), await assessment()];
  const approvalToken = await mint(road.approver.ask);
  expect((await decide(first, 'approved', { approvalToken })).status).toBe(200);
  await expectOnlyRefused(
    road.app,
    () => decide(second, 'approved', { approvalToken }),
    'approval_token_bound',
    refused(second),
  );
});

it('sent again, it is the same decision', async () => {
  const id = await assessment();
  const body = { approvalId: randomUUID(), assessmentId: id, decision: 'rejected', reason: 'no' };
  const first = await road.approver.ask('POST', '/approvals', body);
  expect(await road.approver.ask('POST', '/approvals', body)).toMatchObject({ status: 200, body: first.body });
  await auditOf(road.app, 'assessment_rejected', id);
});

it('sent several times at once, it is one decision with one answer', async () => {
  const id = await assessment();
  const body = { approvalId: randomUUID(), assessmentId: id, decision: 'rejected', reason: 'no' };
  const answers = await Promise.all(Array.from({ length: 5 }, () => road.approver.ask('POST', '/approvals', body)));
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
  await auditOf(road.app, 'assessment_rejected', id);
});

it('what has no results yet cannot be decided', async () => {
  const id = randomUUID();
  road.compliance.script('compliance_assessment', () => {
    throw new Error('the rules are being read');
  });
  await road.user.ask('POST', '/assessments', { requestId: id, assessmentType: 'compliance' });
  expectProblem(await decide(id, 'rejected'), 'invalid_transition');
});

it('of two people who decide at once, one decides', async () => {
  const approved = await road.approved().catch(() => undefined);
  expect(approved).toBeDefined();
  const second = await road.app.person('approver');
  const { body } = await road.user.ask('GET', '/assessments?status=completed');
  const id = body.assessments[0].assessmentId as string;
  const [mine, theirs] = [await mint(road.approver.ask), await mint(second.ask)];
  const ask = (one: Road['approver'], decision: string, approvalToken: string) =>
    one.ask('POST', '/approvals', { approvalId: randomUUID(), assessmentId: id, decision, reason: 'r', approvalToken });
  const answers = await Promise.all([ask(road.approver, 'approved', mine), ask(second, 'rejected', theirs)]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  const won = answers.find((answer) => answer.status === 200);
  expect((await show(id)).status).toBe(won?.body.decision);
});
