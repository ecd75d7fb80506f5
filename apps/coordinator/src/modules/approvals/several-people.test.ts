import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approve, execute, installAction, mint, propose } from '../../testing/change-road.ts';
import type { Ask } from '../../testing/harness.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, expectOnlyRefused } from '../../testing/road-state.ts';

const DAY = 86_400_000;

describe('APPROVAL_SECOND_PERSON=true', () => {
  let road: Road;
  beforeAll(async () => {
    road = await openRoad({ APPROVAL_SECOND_PERSON: 'true' });
  });
  afterAll(() => road.app.close());
  const refused = (target: string, actor: string) => ({ action: 'approval_refused', actor, target }) as const;

  it('who proposed may not approve, and keeps the token', async () => {
    const proposalId = await road.proposal({ by: road.app.admin });
    const token = await mint(road.app.admin);
    const answer = await expectOnlyRefused(
      road.app,
      () => approve(road.app.admin, proposalId, token),
      'self_approval',
      refused(proposalId, 'admin'),
    );
    expect(answer.body.detail).toContain('second person');
    const another = await road.proposal();
    expect((await approve(road.app.admin, another, token)).status).toBe(200);
  });

  it('nor may who owns the key that did', async () => {
    const machine = road.app.as(road.installer.key);
    const proposed = await propose(machine, undefined, [installAction('memory')]);
    expect(proposed.status, JSON.stringify(proposed.body)).toBe(201);
    const { proposalId } = proposed.body;
    expect((await road.app.admin('GET', `/remediations/${proposalId}`)).body.proposedBy).toMatch(/^key:/);
    const token = await mint(road.app.admin);
    await expectOnlyRefused(
      road.app,
      () => approve(road.app.admin, proposalId, token),
      'self_approval',
      refused(proposalId, 'admin'),
    );
  });

  it('nor who made that key in somebody else’s name', async () => {
    const { serverId } = road.installer;
    const { username } = await road.app.person('user');
    const made = await road.app.admin('POST', '/api-keys', {
      name: 'a key of another',
      kind: 'installer',
      serverId,
      owner: username,
    });
    const proposed = await propose(road.app.as(made.body.key), undefined, [installAction('memory')]);
    expect(proposed.status, JSON.stringify(proposed.body)).toBe(201);
    const { proposalId } = proposed.body;
    const token = await mint(road.app.admin);
    await expectOnlyRefused(
      road.app,
      () => approve(road.app.admin, proposalId, token),
      'self_approval',
      refused(proposalId, 'admin'),
    );
  });

  it('nor an account that the proposer made within a day; after it, yes', async () => {
    const proposalId = await road.proposal({ by: road.app.admin });
    const fresh = await road.app.person('approver');
    const token = await mint(fresh.ask);
    const answer = await expectOnlyRefused(
      road.app,
      () => approve(fresh.ask, proposalId, token),
      'self_approval',
      refused(proposalId, fresh.username),
    );
    expect(answer.body.detail).toContain('24 hours');

    road.app.advance(DAY);
    const later = road.app.as(await road.app.signIn(fresh.username, `a password for ${fresh.username} 1`));
    expect((await approve(later, proposalId, await mint(later))).status).toBe(200);
    expect(await auditOf(road.app, 'approval_granted', proposalId)).toMatchObject({ details: { selfApproved: false } });
  });

  it('the proposer may withdraw by rejecting', async () => {
    const admin = road.app.as(await road.app.signIn('admin', 'an admin password of good length 1'));
    const proposalId = await road.proposal({ by: admin });
    const rejected = await admin('POST', '/approvals', {
      approvalId: 'withdrawn-1',
      proposalId,
      decision: 'rejected',
      reason: 'mine',
    });
    expect(rejected.status).toBe(200);
  });
});

describe('an account that is old enough, and that the proposer', () => {
  const SET = 'a password set by the admin 1';
  let road: Road;
  let admin: Ask;
  const people: Record<string, Road['approver']> = {};
  beforeAll(async () => {
    road = await openRoad({ APPROVAL_SECOND_PERSON: 'true' });
    for (const name of ['untouched', 'relocked', 'enabled']) people[name] = await road.app.person('approver');
    people['promoted'] = await road.app.person('user');
    road.app.advance(2 * DAY);
    admin = road.app.as(await road.app.signIn('admin', 'an admin password of good length 1'));
  });
  afterAll(() => road.app.close());

  const change = async (name: string, body: object): Promise<void> => {
    const { users } = (await admin('GET', '/users?limit=200')).body;
    const { id } = users.find((one: { username: string }) => one.username === people[name]!.username);
    expect((await admin('PATCH', `/users/${id}`, body)).status).toBe(200);
  };
  const signedIn = async (name: string, password?: string): Promise<Ask> => {
    const { username } = people[name]!;
    return road.app.as(await road.app.signIn(username, password ?? `a password for ${username} 1`));
  };

  it('left alone is a second person', async () => {
    const proposalId = await road.proposal({ by: admin });
    const ask = await signedIn('untouched');
    expect((await approve(ask, proposalId, await mint(ask))).status).toBe(200);
  });

  it.each<[string, string, string | undefined, object[]]>([
    ['promoted', 'promoted', undefined, [{ role: 'approver' }]],
    ['gave another password', 'relocked', SET, [{ password: SET }]],
    ['disabled and enabled', 'enabled', undefined, [{ disabled: true }, { disabled: false }]],
  ])('%s a minute ago is none, and no token of it from before is good', async (_, name, password, changes) => {
    const { username } = people[name]!;
    const proposalId = await road.proposal({ by: admin });
    const before = name === 'promoted' ? undefined : await mint(await signedIn(name));
    for (const body of changes) await change(name, body);
    road.app.advance(60_000);
    const ask = await signedIn(name, password);
    const record = { action: 'approval_refused', actor: username, target: proposalId } as const;
    if (before) {
      const late = () => approve(ask, proposalId, before);
      await expectOnlyRefused(road.app, late, 'approval_token_revoked', record);
    }
    const token = await mint(ask);
    await expectOnlyRefused(road.app, () => approve(ask, proposalId, token), 'self_approval', record);
  });
});

describe('APPROVAL_SECOND_PERSON=false', () => {
  it('one person alone may, and it is marked everywhere', async () => {
    const road = await openRoad({ APPROVAL_SECOND_PERSON: 'false' });
    const proposalId = await road.proposal({ by: road.app.admin });
    expect((await approve(road.app.admin, proposalId, await mint(road.app.admin))).status).toBe(200);
    expect(await auditOf(road.app, 'approval_granted', proposalId)).toMatchObject({ details: { selfApproved: true } });
    const { body } = await road.app.admin('GET', `/remediations/${proposalId}`);
    expect(body.votes).toMatchObject([{ selfApproved: true }]);
    expect((await road.app.admin('GET', '/approvals')).body.approvals[0].selfApproved).toBe(true);
    await road.app.close();
  });
});

describe('APPROVAL_QUORUM=2', () => {
  let road: Road;
  let second: Road['approver'];
  beforeAll(async () => {
    road = await openRoad({ APPROVAL_QUORUM: '2', APPROVAL_QUORUM_CRITICAL: '3' });
    second = await road.app.person('approver');
  });
  afterAll(() => road.app.close());
  const show = async (proposalId: string) => (await road.app.admin('GET', `/remediations/${proposalId}`)).body;
  const vote = async (one: Road['approver'], proposalId: string) => approve(one.ask, proposalId, await mint(one.ask));

  it('two different people approve; one person counts once', async () => {
    const proposalId = await road.proposal();
    const first = await vote(road.approver, proposalId);
    expect(first).toMatchObject({ status: 200, body: { executionId: null, approvalsNeeded: 1 } });
    expect(await show(proposalId)).toMatchObject({ status: 'pending', approvalsNeeded: 1, executionId: null });
    const listed = (await road.user.ask('GET', '/remediations')).body.remediations[0];
    expect(listed).toMatchObject({ proposalId, approvalsNeeded: 1 });

    const token = await mint(road.approver.ask);
    const record = { action: 'approval_refused', actor: road.approver.username, target: proposalId } as const;
    await expectOnlyRefused(road.app, () => approve(road.approver.ask, proposalId, token), 'already_decided', record);
    expectProblem(await execute(road.approver.ask, proposalId, token), 'invalid_transition');

    const last = await vote(second, proposalId);
    expect(last).toMatchObject({ status: 200, body: { approvalsNeeded: 0, executionId: expect.any(String) } });
    expect((await show(proposalId)).votes).toHaveLength(2);
  });

  it('one rejection rejects, whoever approved before', async () => {
    const proposalId = await road.proposal();
    await vote(road.approver, proposalId);
    const body = { approvalId: `rejected-${proposalId}`, proposalId, decision: 'rejected', reason: 'no' };
    expect((await second.ask('POST', '/approvals', body)).status).toBe(200);
    expect((await show(proposalId)).status).toBe('rejected');
  });

  it('a critical one takes three', async () => {
    const proposalId = await road.proposal({ more: { priority: 'critical' } });
    expect(await show(proposalId)).toMatchObject({
      approvalsNeeded: 3,
      policy: { quorum: 3, secondPerson: expect.any(Boolean) },
    });
    expect((await vote(road.approver, proposalId)).body.approvalsNeeded).toBe(2);
    expect((await vote(second, proposalId)).body).toMatchObject({ approvalsNeeded: 1, executionId: null });
  });

  it('a vote of someone who was disabled or demoted since counts no more', async () => {
    const third = await road.app.person('approver');
    const proposalId = await road.proposal();
    await vote(third, proposalId);
    const { body } = await road.app.admin('GET', '/users?limit=200');
    const { id } = body.users.find((one: { username: string }) => one.username === third.username);
    await road.app.admin('PATCH', `/users/${id}`, { role: 'user' });
    expect((await show(proposalId)).approvalsNeeded).toBe(2);
    expect((await vote(road.approver, proposalId)).body).toMatchObject({ approvalsNeeded: 1, executionId: null });
    expect((await vote(second, proposalId)).body).toMatchObject({
      approvalsNeeded: 0,
      executionId: expect.any(String),
    });
  });
});
