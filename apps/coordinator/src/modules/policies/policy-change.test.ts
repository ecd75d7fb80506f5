import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mint } from '../../testing/change-road.ts';
import { ADMIN, type Ask, startTestApp, type TestApp } from '../../testing/harness.ts';
import { askPolicy } from '../../testing/policy-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, eventsOf, expectOnlyRefused } from '../../testing/road-state.ts';

const HOUR = 3_600_000;
let app: TestApp;
/** Who asks, and another admin, who has been there for a day. */
let [first, second]: Ask[] = [];
let other: string;
let approver: Awaited<ReturnType<TestApp['person']>>;
beforeAll(async () => {
  app = await startTestApp({ APPROVAL_SECOND_PERSON: 'true' });
  other = (await app.person('admin', 'other-admin')).username;
  approver = await app.person('approver');
  app.advance(24 * HOUR);
  await signInAnew();
});
afterAll(() => app.close());

async function signInAnew(): Promise<void> {
  first = app.as(await app.signIn(ADMIN.username, ADMIN.password));
  second = app.as(await app.signIn(other, `a password for ${other} 1`));
  approver.ask = app.as(await app.signIn(approver.username, `a password for ${approver.username} 1`));
}

let figure = 1;
/** A change that waits. */
async function pending(ask: Ask = first!): Promise<{ policyChangeId: string; digest: string }> {
  figure = (figure % 40) + 1;
  const { status, body } = await askPolicy(ask, { quorumByPriority: { critical: figure } });
  expect(status, JSON.stringify(body)).toBe(202);
  return body.change;
}
const decide = (ask: Ask, policyChangeId: string, decision: 'approved' | 'rejected', more: object = {}) =>
  ask('POST', '/approvals', { approvalId: randomUUID(), policyChangeId, decision, reason: 'looked at it', ...more });
const approve = async (ask: Ask, id: string, more: object = {}) =>
  decide(ask, id, 'approved', { approvalToken: await mint(ask, { policyChangeId: id }), ...more });
const show = async (id: string) => (await first!('GET', `/policies/approval/changes/${id}`)).body.change;
const version = async () => (await first!('GET', '/policies/approval')).body.policy.version;
const refused = (target: string, actor: string) => ({ action: 'approval_refused', actor, target }) as const;

describe('where a second person is asked for', () => {
  it('it waits, and changes nothing', async () => {
    const before = await version();
    const change = await pending();
    expect(await show(change.policyChangeId)).toMatchObject({
      status: 'pending',
      baseVersion: before,
      version: null,
      decidedBy: null,
      expiresAt: expect.any(String),
    });
    expect(await version()).toBe(before);
    expect(await auditOf(app, 'policy_change_proposed', change.policyChangeId)).toMatchObject({
      actor: 'admin',
      details: { digest: change.digest, baseVersion: before, reason: 'r' },
    });
    const told = (await eventsOf(app, 'approvals')).filter(
      ({ data }) => data['policyChangeId'] === change.policyChangeId,
    );
    expect(told).toMatchObject([{ event: 'policy_change.proposed', data: { by: 'admin', status: 'pending' } }]);
  });

  it('another admin puts it into force, with a token of their own', async () => {
    const { policyChangeId, digest } = await pending();
    const before = await version();
    const token = await mint(second!, { policyChangeId });
    const answer = await decide(second!, policyChangeId, 'approved', { approvalToken: token, proposalDigest: digest });
    expect(answer).toMatchObject({
      status: 200,
      body: { decision: 'approved', executionId: null, approvalsNeeded: 0 },
    });
    expect(await version()).toBe(before + 1);
    expect(await show(policyChangeId)).toMatchObject({ status: 'applied', version: before + 1, decidedBy: other });
    const [record] = (await app.database.db.selectFrom('audit_logs').selectAll().execute()).filter(
      ({ action, details }) => action === 'policy_changed' && details?.['policyChangeId'] === policyChangeId,
    );
    expect(record).toMatchObject({
      actor: other,
      details: { version: before + 1, proposedBy: 'admin', selfApproved: false },
    });
    const listed = (await second!('GET', '/approvals')).body.approvals[0];
    expect(listed).toMatchObject({ policyChangeId, proposalId: null, username: other, digest, breakGlass: false });
    const mine = (await second!('GET', '/auth/approval-tokens')).body.approvalTokens;
    expect(mine[0]).toMatchObject({ policyChangeId, digest });

    // The token is worth this once, and nothing else.
    const next = await pending();
    await expectOnlyRefused(
      app,
      () => decide(second!, next.policyChangeId, 'approved', { approvalToken: token }),
      'approval_token_bound',
      refused(next.policyChangeId, other),
    );
  });

  it('who asked for it may not approve it, though they may withdraw it', async () => {
    const { policyChangeId } = await pending();
    const token = await mint(first!, { policyChangeId });
    await expectOnlyRefused(
      app,
      () => decide(first!, policyChangeId, 'approved', { approvalToken: token }),
      'self_approval',
      refused(policyChangeId, 'admin'),
    );
    expect((await decide(first!, policyChangeId, 'rejected')).status).toBe(200);
    expect(await show(policyChangeId)).toMatchObject({ status: 'rejected', decidedBy: 'admin' });
    expect(await auditOf(app, 'policy_change_rejected', policyChangeId)).toMatchObject({ actor: 'admin' });
  });

  it('nor may an account that they made a moment ago', async () => {
    const { policyChangeId } = await pending();
    const made = await first!('POST', '/users', {
      username: 'puppet',
      password: 'a password for puppet 1',
      role: 'admin',
    });
    expect(made.status).toBe(201);
    const puppet = app.as(await app.signIn('puppet', 'a password for puppet 1'));
    const token = await mint(puppet, { policyChangeId });
    await expectOnlyRefused(
      app,
      () => decide(puppet, policyChangeId, 'approved', { approvalToken: token }),
      'self_approval',
      refused(policyChangeId, 'puppet'),
    );
  });

  it('nor may who cannot change the policy, and not without a token, and not another than was seen', async () => {
    const { policyChangeId } = await pending();
    const token = await mint(approver.ask, { policyChangeId });
    const record = refused(policyChangeId, approver.username);
    for (const decision of ['approved', 'rejected'] as const)
      await expectOnlyRefused(
        app,
        () => decide(approver.ask, policyChangeId, decision, { approvalToken: token }),
        'forbidden',
        record,
      );
    await expectOnlyRefused(
      app,
      () => decide(second!, policyChangeId, 'approved'),
      'approval_token_required',
      refused(policyChangeId, other),
    );
    const mine = await mint(second!, { policyChangeId });
    const proposalDigest = `sha256:${'0'.repeat(64)}`;
    await expectOnlyRefused(
      app,
      () => decide(second!, policyChangeId, 'approved', { approvalToken: mine, proposalDigest }),
      'proposal_changed',
      refused(policyChangeId, other),
    );
    expect((await decide(second!, policyChangeId, 'approved', { approvalToken: mine })).status).toBe(200);
  });

  it('loosening it says nothing about the change that loosens it', async () => {
    const { status, body } = await askPolicy(first!, { secondPerson: false, quorum: 1 });
    expect(status).toBe(202);
    const { policyChangeId } = body.change;
    const token = await mint(first!, { policyChangeId });
    await expectOnlyRefused(
      app,
      () => decide(first!, policyChangeId, 'approved', { approvalToken: token }),
      'self_approval',
      refused(policyChangeId, 'admin'),
    );
    expect((await first!('GET', '/policies/approval')).body.policy.secondPerson).toBe(true);
  });
});

describe('one that waits', () => {
  it('gives way to the next, and cannot be approved any more', async () => {
    const old = await pending();
    const fresh = await pending(second);
    expect(await show(old.policyChangeId)).toMatchObject({ status: 'superseded', decidedBy: other });
    expect(await auditOf(app, 'policy_change_superseded', old.policyChangeId)).toMatchObject({
      actor: other,
      details: { reason: `replaced by ${fresh.policyChangeId}` },
    });
    const token = await mint(second!, { policyChangeId: old.policyChangeId });
    await expectOnlyRefused(
      app,
      () => decide(second!, old.policyChangeId, 'approved', { approvalToken: token }),
      'invalid_transition',
      refused(old.policyChangeId, other),
    );
    expect((await approve(first!, fresh.policyChangeId)).status).toBe(200);
  });

  it('is decided once, whoever and however often one asks', async () => {
    const { policyChangeId } = await pending();
    const before = await version();
    const body = {
      approvalId: randomUUID(),
      policyChangeId,
      decision: 'approved',
      reason: 'r',
      approvalToken: await mint(second!, { policyChangeId }),
    };
    const answers = await Promise.all(Array.from({ length: 5 }, () => second!('POST', '/approvals', body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await version()).toBe(before + 1);
    expectProblem(await second!('POST', '/approvals', { ...body, reason: 'another' }), 'idempotency_conflict');
    expectProblem(await decide(first!, policyChangeId, 'rejected'), 'invalid_transition');
  });

  it('of two who decide at once, one decides', async () => {
    const { policyChangeId } = await pending();
    const answers = await Promise.all([approve(second!, policyChangeId), decide(first!, policyChangeId, 'rejected')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const won = answers.find(({ status }) => status === 200);
    expect((await show(policyChangeId)).status).toBe(won?.body.decision === 'approved' ? 'applied' : 'rejected');
  });

  it('expires, by the clock at once and by the sweep for good', async () => {
    const { policyChangeId } = await pending();
    app.advance(72 * HOUR);
    await signInAnew();
    const before = await version();
    expectProblem(await approve(second!, policyChangeId), 'invalid_transition');
    expect(await version()).toBe(before);
    // By now the timer may have found it by itself.
    await app.coordinator.policies.expire();
    expect(await app.coordinator.policies.expire()).toBe(false);
    expect(await show(policyChangeId)).toMatchObject({ status: 'expired', decidedBy: 'system' });
    expect(await auditOf(app, 'policy_change_expired', policyChangeId)).toMatchObject({ actor: 'system' });
    const told = (await eventsOf(app, 'approvals')).filter(({ data }) => data['policyChangeId'] === policyChangeId);
    expect(told.at(-1)).toMatchObject({ event: 'policy_change.expired' });
  });

  it('is listed for those who see results, page by page', async () => {
    const { body } = await approver.ask('GET', '/policies/approval/changes?limit=200');
    const ids = body.changes.map((change: { policyChangeId: string }) => change.policyChangeId);
    expect(body.total).toBe(ids.length);
    const paged: string[] = [];
    let cursor = '';
    do {
      const page = (await first!('GET', `/policies/approval/changes?limit=3${cursor && `&cursor=${cursor}`}`)).body;
      paged.push(...page.changes.map((change: { policyChangeId: string }) => change.policyChangeId));
      cursor = page.nextCursor ?? '';
    } while (cursor);
    expect(paged).toEqual(ids);
    expectProblem(await first!('GET', '/policies/approval/changes?cursor=nonsense'), 'invalid_request');
  });
});
