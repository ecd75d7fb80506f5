import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approve, mint } from '../../testing/change-road.ts';
import { databaseState } from '../../testing/database-state.ts';
import { startTestApp, type TestApp } from '../../testing/harness.ts';
import { askPolicy, policyInForce, setPolicy } from '../../testing/policy-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, eventsOf, expectOnlyRefused } from '../../testing/road-state.ts';
import { startSecondCoordinator } from '../../testing/second-coordinator.ts';

const ENVIRONMENT = {
  APPROVAL_QUORUM: '2',
  APPROVAL_QUORUM_CRITICAL: '3',
  APPROVAL_SECOND_PERSON: 'false',
  PROPOSAL_TTL_HOURS: '5',
  APPROVAL_TTL_HOURS: '3',
};
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp(ENVIRONMENT);
});
afterAll(() => app.close());
const show = async () => (await app.admin('GET', '/policies/approval')).body.policy;
const changeOf = async (id: string) => (await app.admin('GET', `/policies/approval/changes/${id}`)).body.change;

describe('the first version', () => {
  it('is what the environment says', async () => {
    expect(await show()).toEqual({
      version: 1,
      since: expect.any(String),
      quorum: 2,
      quorumByPriority: { critical: 3 },
      quorumByServer: [],
      secondPerson: false,
      approvers: [],
      maximumAges: { proposalHours: 5, approvalHours: 3, tokenMinutes: 1440 },
      changeWindows: [],
      approveInsideWindows: false,
      mfa: { approve: false, execute: false, manageUsers: false },
      passkeys: { always: false, servers: [] },
      breakGlass: false,
    });
    await auditOf(app, 'policy_seeded', 'approval');
  });

  it('is all that the environment ever says', async () => {
    const before = await databaseState(app);
    const environment = { APPROVAL_QUORUM: '1', APPROVAL_SECOND_PERSON: 'true' };
    const second = await startSecondCoordinator(app, { environment });
    await second.stop();
    expect(await databaseState(app)).toEqual(before);
    expect(await show()).toMatchObject({ version: 1, quorum: 2, secondPerson: false });
    await auditOf(app, 'policy_seeded', 'approval');
  });
});

describe('a change, where one person may be alone', () => {
  it('is in force at once, with its record and event, and stays listed', async () => {
    const change = await setPolicy(app.admin, { quorum: 1, quorumByPriority: {} });
    expect(change).toMatchObject({
      status: 'applied',
      baseVersion: 1,
      version: 2,
      differences: [
        { path: '/quorum', before: 2, after: 1 },
        { path: '/quorumByPriority/critical', before: 3, after: null },
      ],
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      reason: 'r',
      proposedBy: 'admin',
      decidedBy: 'admin',
      expiresAt: null,
    });
    expect(await show()).toMatchObject({ version: 2, quorum: 1, quorumByPriority: {} });
    expect(await changeOf(change.policyChangeId)).toEqual(change);
    expect((await app.admin('GET', '/policies/approval/changes?status=applied')).body.changes).toEqual([change]);
    const record = await auditOf(app, 'policy_changed', 'approval');
    expect(record).toMatchObject({
      actor: 'admin',
      details: { policyChangeId: change.policyChangeId, version: 2, selfApproved: true, digest: change.digest },
    });
    expect((await eventsOf(app, 'approvals')).filter(({ event }) => event.startsWith('policy'))).toMatchObject([
      { event: 'policy.changed', data: { policyChangeId: change.policyChangeId, version: 2, by: 'admin' } },
    ]);
  });

  it('retried under its Idempotency-Key is one change', async () => {
    const policy = { ...(await policyInForce(app.admin)), quorum: 7 };
    const headers = { 'idempotency-key': 'policy-1' };
    const put = (reason: string) => app.admin('PUT', '/policies/approval', { policy, reason }, headers);
    const first = await put('more eyes');
    expect(first.body.change).toMatchObject({ version: 3 });
    expect(await put('more eyes')).toMatchObject({ status: 200, body: first.body });
    expectProblem(await put('another'), 'idempotency_conflict');
    await setPolicy(app.admin, { quorum: 1 });
  });

  it('of two at once, both come into force, one after the other', async () => {
    const { version } = await show();
    const answers = await Promise.all([2, 3].map((quorum) => askPolicy(app.admin, { quorum })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map(({ body }) => body.change.version).sort()).toEqual([version + 1, version + 2]);
    const first = answers.find(({ body }) => body.change.version === version + 1);
    const stale = await askPolicy(app.admin, { quorum: 9 }, { baseVersion: first?.body.change.version });
    expectProblem(stale, 'policy_changed');
    await setPolicy(app.admin, { quorum: 1 });
  });
});

describe('it is refused, and nothing is written,', () => {
  const nothing = async (call: () => ReturnType<TestApp['admin']>) => {
    const before = await databaseState(app);
    const answer = await call();
    expectProblem(answer, 'invalid_request');
    expect(await databaseState(app)).toEqual(before);
    return answer.body.errors as { path: string; message: string }[];
  };
  const whole = async (change: object) =>
    nothing(async () =>
      app.admin('PUT', '/policies/approval', {
        policy: { ...(await policyInForce(app.admin)), ...change },
        reason: 'r',
      }),
    );

  it('with an unknown field anywhere', async () => {
    await whole({ autoApprove: true });
    await whole({ mfa: { approve: false, execute: false, manageUsers: false, breakGlass: false } });
    await whole({ approvers: [{ people: ['admin'], roles: [], everything: true }] });
    await whole({ quorumByServer: [{ server: { path: '/x' }, quorum: 1 }] });
    await whole({ version: 9 });
  });

  it('when something is missing, or says nothing', async () => {
    for (const name of Object.keys(await policyInForce(app.admin))) await whole({ [name]: undefined });
    await nothing(async () => app.admin('PUT', '/policies/approval', { policy: await policyInForce(app.admin) }));
    await whole({ changeWindows: [{ days: ['mon'], from: '09:00', to: '10:00', timeZone: 'Mars/Olympus' }] });
    await whole({ approvers: [{ people: [], roles: [] }] });
  });

  it('when it could never be met', async () => {
    const viewer = await app.person('viewer');
    const approvers = [{ people: ['admin', viewer.username, 'nobody-at-all'], roles: [], count: 1 }];
    expect((await whole({ approvers })).map(({ path }) => path)).toEqual([
      '/policy/approvers/0/people/1',
      '/policy/approvers/0/people/2',
    ]);
    const alone = await whole({ quorum: 2, approvers: [{ people: ['admin'], roles: [] }] });
    expect(alone.map(({ path }) => path)).toEqual(['/policy/approvers/0']);
  });

  it('when it is the same', async () => {
    expect(await whole({})).toEqual([{ path: '/policy', message: 'is the policy that is in force' }]);
  });

  it('when another version is in force', async () => {
    const record = { action: 'request_refused', actor: 'admin', target: '/api/v1/policies/approval' } as const;
    await expectOnlyRefused(
      app,
      () => askPolicy(app.admin, { quorum: 9 }, { baseVersion: 1 }),
      'policy_changed',
      record,
    );
  });

  it('by anybody but an admin', async () => {
    const policy = { ...(await policyInForce(app.admin)), quorum: 9 };
    for (const role of ['user', 'approver', 'viewer'] as const) {
      const { ask, username } = await app.person(role);
      const record = { action: 'access_denied', actor: username, target: '/api/v1/policies/approval' } as const;
      await expectOnlyRefused(
        app,
        () => ask('PUT', '/policies/approval', { policy, reason: 'r' }),
        'forbidden',
        record,
      );
    }
    const machine = app.as((await app.machineKey('installer', 'installer-9')).key);
    expectProblem(await machine('PUT', '/policies/approval', { policy, reason: 'r' }), 'forbidden');
  });
});

it('no version is ever altered, not even in the database', async () => {
  const { db } = app.database;
  const before = await databaseState(app);
  await expect(sql`update policies set document = '{}'`.execute(db)).rejects.toThrow(/append-only/);
  await expect(sql`delete from policies`.execute(db)).rejects.toThrow(/append-only/);
  await expect(sql`truncate policies`.execute(db)).rejects.toThrow(/append-only/);
  expect(await databaseState(app)).toEqual(before);
});

it('what is not there is not found', async () => {
  expectProblem(await app.admin('GET', '/policies/approval/changes/nothing'), 'not_found');
  const missing = await app.admin('POST', '/approvals', {
    approvalId: 'a-1',
    policyChangeId: 'nothing',
    decision: 'rejected',
    reason: 'r',
  });
  expectProblem(missing, 'not_found');
  expectProblem(await approve(app.admin, 'nothing', await mint(app.admin), { policyChangeId: 'x' }), 'invalid_request');
});
