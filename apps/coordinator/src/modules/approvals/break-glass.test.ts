import { randomUUID } from 'node:crypto';
import type { RefusalCode } from '@mcp-coordinator/contract/refusals';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approve, ended, execute, installAction, mint } from '../../testing/change-road.ts';
import { databaseState } from '../../testing/database-state.ts';
import type { Ask } from '../../testing/harness.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { setPolicy, underSecondFactor } from '../../testing/policy-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, eventsOf, expectOnlyRefused } from '../../testing/road-state.ts';
import { withTotp } from '../auth/testing/second-factor-people.ts';

const WHY = 'The database is down and nobody else can be reached.';
let road: Road;
let admin: Ask;
beforeAll(async () => {
  road = await openRoad();
  ({ admin } = road.app);
});
afterAll(() => road.app.close());

let count = 0;
const fresh = () => [installAction(`server-${++count}`)];
const strong = async (ask: Ask) => underSecondFactor(road.app, await mint(ask));
const alone = { breakGlass: true, reason: WHY };
const break_ = (ask: Ask, proposalId: string, token: string | undefined, more: object = {}) =>
  approve(ask, proposalId, token, { ...alone, ...more });
const review = (ask: Ask, reviewOf: string, decision: 'approved' | 'rejected', more: object = {}) =>
  ask('POST', '/approvals', { approvalId: randomUUID(), reviewOf, decision, reason: 'looked at it', ...more });
const refused = (target: string, actor = 'admin') => ({ action: 'approval_refused', actor, target }) as const;
const permissions = async (ask: Ask): Promise<string[]> => (await ask('GET', '/auth/permissions')).body.permissions;
const alertsAbout = async (approvalId: string) =>
  (await admin('GET', '/alerts?limit=200')).body.alerts.filter((one: { condition: string }) =>
    one.condition.includes(approvalId),
  );

describe('while the policy has it switched off', () => {
  it('nobody holds the permission, and nobody approves past the rules', async () => {
    expect(await permissions(admin)).not.toContain('break_glass');
    const proposalId = await road.proposal({ actions: fresh() });
    const token = await strong(admin);
    await expectOnlyRefused(road.app, () => break_(admin, proposalId, token), 'forbidden', refused(proposalId));
  });
});

describe('while it is switched on', () => {
  const rules = {
    breakGlass: true,
    quorum: 3,
    changeWindows: [{ days: ['mon' as const], from: '00:00', to: '00:01', timeZone: 'UTC' }],
    approveInsideWindows: true,
  };
  beforeAll(async () => {
    const approvers = [{ people: [road.approver.username], roles: [], count: 1 }];
    await setPolicy(admin, { ...rules, approvers });
    road.app.advance(1000);
  });

  it('admins hold the permission, and nobody else', async () => {
    expect(await permissions(admin)).toContain('break_glass');
    for (const person of [road.approver, road.user]) expect(await permissions(person.ask)).not.toContain('break_glass');
  });

  it.each<[string, RefusalCode, (token: string) => Promise<string | undefined>]>([
    ['a second factor', 'second_factor_missing', (token) => Promise.resolve(token)],
    ['a token', 'approval_token_required', () => Promise.resolve(undefined)],
  ])('it is refused without %s, and nothing is written', async (_, code, tokenOf) => {
    const proposalId = await road.proposal({ actions: fresh() });
    const token = await tokenOf(await mint(admin));
    await expectOnlyRefused(road.app, () => break_(admin, proposalId, token), code, refused(proposalId));
  });

  it('it is refused to all but admins, and nothing is written', async () => {
    const proposalId = await road.proposal({ actions: fresh() });
    const token = await strong(road.approver.ask);
    await expectOnlyRefused(
      road.app,
      () => break_(road.approver.ask, proposalId, token),
      'forbidden',
      refused(proposalId, road.approver.username),
    );
  });

  it('it needs a reason that says something, and is for approving proposals', async () => {
    const proposalId = await road.proposal({ actions: fresh() });
    const token = await strong(admin);
    const before = await databaseState(road.app);
    const short = await break_(admin, proposalId, token, { reason: '   urgent, sorry     ' });
    expectProblem(short, 'invalid_request');
    expect(short.body.errors).toMatchObject([{ path: '/reason' }]);
    expectProblem(await break_(admin, proposalId, token, { decision: 'rejected' }), 'invalid_request');
    const other = { approvalId: randomUUID(), decision: 'approved', approvalToken: token, ...alone };
    expectProblem(await admin('POST', '/approvals', { ...other, assessmentId: road.assessmentId }), 'invalid_request');
    expectProblem(await admin('POST', '/approvals', { ...other, reviewOf: 'a' }), 'invalid_request');
    expect(await databaseState(road.app)).toEqual(before);
  });

  it('one code of an authenticator app is worth one of them, over HTTP alone', async () => {
    const officer = await withTotp(road.app, 'admin');
    const [first, second] = [await road.proposal({ actions: fresh() }), await road.proposal({ actions: fresh() })];
    expectProblem(await officer.mint({ proposalId: first }), 'mfa_required');
    const otp = await officer.freshCode();
    const minted = await officer.mint({ proposalId: first, otp });
    expect(minted.status, JSON.stringify(minted.body)).toBe(200);
    for (const typed of [otp, `${otp.slice(0, 3)} ${otp.slice(3)}`])
      expectProblem(await officer.mint({ proposalId: second, otp: typed }), 'second_factor_refused');
    const token = minted.body.approvalToken as string;
    expectProblem(await break_(officer.ask, second, token), 'approval_token_bound');
    const broken = await break_(officer.ask, first, token);
    expect(broken, JSON.stringify(broken.body)).toMatchObject({ status: 200, body: { approvalsNeeded: 0 } });
    expect(await auditOf(road.app, 'break_glass_used', first)).toMatchObject({ actor: officer.username });
    expectProblem(await break_(officer.ask, second, token), 'approval_token_bound');
    const run = await officer.mint({ proposalId: first, otp: await officer.freshCode() });
    expect((await execute(officer.ask, first, run.body.approvalToken as string)).status).toBe(202);
    expect((await ended(road.app, broken.body.executionId as string)).body).toMatchObject({
      status: 'completed',
      breakGlass: true,
    });
  });

  it('one admin approves alone; it is marked everywhere, told to everyone, runs, and is reviewed afterwards', async () => {
    const proposalId = await road.proposal({ actions: fresh() });
    expect((await road.user.ask('GET', `/remediations/${proposalId}`)).body).toMatchObject({ breakGlass: false });
    const token = await strong(admin);
    const approvalId = `glass-${count}`;
    const body = { approvalId, proposalId, decision: 'approved', approvalToken: token, ...alone };
    const answer = await admin('POST', '/approvals', body);
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200, body: { approvalsNeeded: 0 } });
    const { executionId } = answer.body;
    expect(await admin('POST', '/approvals', body)).toMatchObject({ status: 200, body: answer.body });
    expectProblem(await admin('POST', '/approvals', { ...body, breakGlass: undefined }), 'idempotency_conflict');

    const shown = (await road.user.ask('GET', `/remediations/${proposalId}`)).body;
    expect(shown).toMatchObject({
      status: 'approved',
      breakGlass: true,
      votes: [{ approvalId, username: 'admin', breakGlass: true, reason: WHY }],
      approval: { missing: [] },
    });
    expect(shown.approval.reasons[0]).toBe('admin approved alone in an emergency (break-glass)');
    const listed = async (path: string, field: string) =>
      (await road.user.ask('GET', path)).body[field].find(
        (one: Record<string, unknown>) => one['proposalId'] === proposalId,
      );
    expect(await listed('/remediations', 'remediations')).toMatchObject({ breakGlass: true });
    expect(await listed('/executions', 'executions')).toMatchObject({ breakGlass: true });
    expect(await listed('/approvals?review=pending', 'approvals')).toMatchObject({
      breakGlass: true,
      review: 'pending',
    });
    expect((await road.app.coordinator.monitoring.sampleNow()).domain.break_glass).toBeGreaterThan(0);

    expect(await auditOf(road.app, 'approval_granted', proposalId)).toMatchObject({ details: { breakGlass: true } });
    expect(await auditOf(road.app, 'break_glass_used', proposalId)).toMatchObject({
      actor: 'admin',
      details: { approvalId, reason: WHY, review: 'pending' },
    });
    const told = (await eventsOf(road.app, 'approvals')).filter(({ data }) => data['proposalId'] === proposalId);
    expect(told.map(({ event }) => event)).toEqual(['approval.granted', 'break_glass.used']);
    expect(await alertsAbout(approvalId)).toMatchObject([
      { severity: 'critical', action: 'emergency_alert', state: 'firing', acknowledgedAt: null },
    ]);

    // Windows do not hold it either.
    expect((await execute(admin, proposalId, token)).status).toBe(202);
    expect((await ended(road.app, executionId)).body).toMatchObject({ status: 'completed', breakGlass: true });
    expect(await auditOf(road.app, 'execution_started', executionId)).toMatchObject({ details: { breakGlass: true } });
    // No rule resolves the alert: somebody looking does.
    expect(await alertsAbout(approvalId)).toMatchObject([{ state: 'firing' }]);

    const mine = await mint(admin, { reviewOf: approvalId });
    await expectOnlyRefused(
      road.app,
      () => review(admin, approvalId, 'approved', { approvalToken: mine }),
      'self_approval',
      refused(approvalId),
    );
    // Made by the admin a moment ago, the approver is no second person yet.
    const early = await mint(road.approver.ask, { reviewOf: approvalId });
    await expectOnlyRefused(
      road.app,
      () => review(road.approver.ask, approvalId, 'approved', { approvalToken: early }),
      'self_approval',
      refused(approvalId, road.approver.username),
    );
    road.app.advance(24 * 3_600_000);
    const later = road.app.as(
      await road.app.signIn(road.approver.username, `a password for ${road.approver.username} 1`),
    );
    admin = road.app.as(await road.app.signIn('admin', 'an admin password of good length 1'));
    await expectOnlyRefused(
      road.app,
      () => review(later, approvalId, 'approved'),
      'approval_token_required',
      refused(approvalId, road.approver.username),
    );
    const reviewed = await review(later, approvalId, 'approved', {
      approvalToken: await mint(later, { reviewOf: approvalId }),
    });
    expect(reviewed).toMatchObject({ status: 200, body: { decision: 'approved', executionId: null } });
    expect(await auditOf(road.app, 'break_glass_reviewed', proposalId)).toMatchObject({
      actor: road.approver.username,
      details: { reviewOf: approvalId, decision: 'approved', reason: 'looked at it' },
    });
    expect((await later('GET', '/approvals?review=approved')).body.approvals).toMatchObject([
      { approvalId, review: 'approved', breakGlass: true },
    ]);
    const pending: { approvalId: string }[] = (await later('GET', '/approvals?review=pending')).body.approvals;
    expect(pending.map((one) => one.approvalId)).not.toContain(approvalId);
    expect(await alertsAbout(approvalId)).toMatchObject([{ state: 'resolved' }]);
    expect((await later('GET', `/remediations/${proposalId}`)).body).toMatchObject({ breakGlass: true });
    await expectOnlyRefused(
      road.app,
      () => review(later, approvalId, 'rejected'),
      'invalid_transition',
      refused(approvalId, road.approver.username),
    );
  });

  it('a review finds it wrong without a token, and only what was past the rules is reviewed', async () => {
    const approver = road.app.as(
      await road.app.signIn(road.approver.username, `a password for ${road.approver.username} 1`),
    );
    const user = road.app.as(await road.app.signIn(road.user.username, `a password for ${road.user.username} 1`));
    const proposalId = await road.proposal({ actions: fresh(), by: user });
    const approvalId = `glass-${count}`;
    expect((await break_(admin, proposalId, await strong(admin), { approvalId })).status).toBe(200);
    expect((await review(approver, approvalId, 'rejected')).status).toBe(200);
    expect((await approver('GET', '/approvals?review=rejected')).body.approvals).toMatchObject([{ approvalId }]);
    expectProblem(await review(approver, 'nothing', 'rejected'), 'not_found');
    const plain = {
      approvalId: randomUUID(),
      proposalId: await road.proposal({ by: user }),
      decision: 'rejected',
      reason: 'r',
    };
    expect((await approver('POST', '/approvals', plain)).status).toBe(200);
    expectProblem(await review(approver, plain.approvalId, 'rejected'), 'not_found');
  });

  it('switched off again, what was approved past the rules and did not run waits for the others', async () => {
    const user = road.app.as(await road.app.signIn(road.user.username, `a password for ${road.user.username} 1`));
    const proposalId = await road.proposal({ actions: fresh(), by: user });
    const token = await strong(admin);
    expect((await break_(admin, proposalId, token)).status).toBe(200);
    await setPolicy(admin, { breakGlass: false });
    await expectOnlyRefused(road.app, () => execute(admin, proposalId, token), 'approvals_missing', {
      ...refused(proposalId),
      action: 'execution_refused',
    });
    expect((await admin('GET', `/remediations/${proposalId}`)).body).toMatchObject({
      status: 'approved',
      breakGlass: true,
    });
  });
});
