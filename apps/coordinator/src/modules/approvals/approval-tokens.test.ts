import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approve, execute, mint } from '../../testing/change-road.ts';
import type { Answer } from '../../testing/harness.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, dumpEverything, expectOnlyRefused } from '../../testing/road-state.ts';

const MINUTE = 60_000;
let road: Road;
let other: Road['approver'];
beforeAll(async () => {
  road = await openRoad();
  other = await road.app.person('approver');
});
afterAll(() => road.app.close());

const idOf = async (proposalId: string | null): Promise<string> => {
  const { body } = await road.approver.ask('GET', '/auth/approval-tokens');
  return body.approvalTokens.find((token: { proposalId: string | null }) => token.proposalId === proposalId).id;
};
const revoke = (id: string) => road.approver.ask('DELETE', `/auth/approval-tokens/${id}`);
const soon = (ms: number) => new Date(road.app.now().getTime() + ms).toISOString();

describe.each([
  ['approve', 'approval_refused', approve, () => road.proposal()],
  ['start an execution', 'execution_refused', execute, async () => (await road.approved()).proposalId],
] as const)('to %s', (_, action, use, subject) => {
  const refused = async (
    token: string | undefined,
    code: Parameters<typeof expectOnlyRefused>[2],
    proposalId: string,
  ) =>
    expectOnlyRefused(road.app, () => use(road.approver.ask, proposalId, token), code, {
      action,
      actor: road.approver.username,
      target: proposalId,
    });

  it('one is required', async () => {
    await refused(undefined, 'approval_token_required', await subject());
  });

  it('one that was never minted is refused', async () => {
    const proposalId = await subject();
    await refused('mcpa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'approval_token_unknown', proposalId);
    await refused('x', 'approval_token_unknown', proposalId);
    await refused(road.approver.token.slice(0, 512), 'approval_token_unknown', proposalId);
  });

  it('someone else’s is refused, and stays good for its owner', async () => {
    const proposalId = await subject();
    await refused(await mint(other.ask), 'approval_token_foreign', proposalId);
  });

  it('a revoked one is refused', async () => {
    const proposalId = await subject();
    const token = await mint(road.approver.ask, { proposalId });
    expect((await revoke(await idOf(proposalId))).status).toBe(200);
    await refused(token, 'approval_token_revoked', proposalId);
  });

  it('one that is bound to something else is refused', async () => {
    const proposalId = await subject();
    const elsewhere = await mint(road.approver.ask, { proposalId: await road.proposal() });
    await refused(elsewhere, 'approval_token_bound', proposalId);
    const forAssessment = await mint(road.approver.ask, { assessmentId: road.assessmentId });
    await refused(forAssessment, 'approval_token_bound', proposalId);
    // Bound by its first use.
    await refused((await road.approved()).token, 'approval_token_bound', proposalId);
  });

  it('an expired one is refused, at the moment it expires', async () => {
    const proposalId = await subject();
    const token = await mint(road.approver.ask, { expiresAt: soon(2 * MINUTE) });
    road.app.advance(2 * MINUTE);
    await refused(token, 'approval_token_expired', proposalId);
  });
});

it('is worth one approval: again for the same proposal it is used', async () => {
  const { proposalId, token } = await road.approved();
  const record = { action: 'approval_refused', actor: road.approver.username, target: proposalId } as const;
  await expectOnlyRefused(road.app, () => approve(road.approver.ask, proposalId, token), 'approval_token_used', record);
});

describe('minting', () => {
  const ask = (body: object): Promise<Answer> => road.approver.ask('POST', '/auth/approval-token', body);

  it('answers the source’s fields, lives 15 minutes, and leaves its record', async () => {
    const { status, body } = await ask({ reason: 'Approve remediation for postgres server' });
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['approvalToken', 'expiresAt', 'id', 'success']);
    expect(body.approvalToken).toMatch(/^mcpa_[A-Za-z0-9_-]{43}$/);
    const lifeMs = new Date(body.expiresAt).getTime() - road.app.now().getTime();
    expect(lifeMs).toBeGreaterThan(14.5 * MINUTE);
    expect(lifeMs).toBeLessThanOrEqual(15 * MINUTE);
    expect(await auditOf(road.app, 'approval_token_minted', body.id)).toMatchObject({
      actor: road.approver.username,
      result: 'success',
      details: { reason: 'Approve remediation for postgres server' },
    });
  });

  it.each([
    ['in the past', () => soon(-1), '/expiresAt'],
    ['now', () => road.app.now().toISOString(), '/expiresAt'],
    ['more than a day ahead', () => soon(24 * 60 * MINUTE + 10_000), '/expiresAt'],
    ['no time', () => 'tomorrow', '/expiresAt'],
  ])('an end that is %s is refused', async (_, expiresAt, path) => {
    const answer = await ask({ reason: 'r', expiresAt: expiresAt() });
    expectProblem(answer, 'invalid_request');
    expect(answer.body.errors[0].path).toBe(path);
  });

  it('a day is the most', async () => {
    expect((await ask({ reason: 'r', expiresAt: soon(24 * 60 * MINUTE - 5_000) })).status).toBe(200);
  });

  it('needs a reason, one subject at most, and a subject that is there', async () => {
    for (const reason of ['', '   ', undefined]) expectProblem(await ask({ reason }), 'invalid_request');
    const both = { reason: 'r', proposalId: 'p', assessmentId: 'a' };
    expectProblem(await ask(both), 'invalid_request');
    expectProblem(await ask({ reason: 'r', proposalId: 'nothing' }), 'not_found');
    expectProblem(await ask({ reason: 'r', assessmentId: 'nothing' }), 'not_found');
  });

  it('is for people who may approve alone', async () => {
    const key = road.app.as((await road.app.machineKey('installer', 'some-machine')).key);
    for (const asker of [road.user.ask, (await road.app.person('viewer')).ask, key])
      expectProblem(await asker('POST', '/auth/approval-token', { reason: 'r' }), 'forbidden');
  });

  it('keeps nothing but a hash, and shows the value once', async () => {
    const tokens = [await mint(road.approver.ask), (await road.approved()).token];
    const everything = await dumpEverything(road.app);
    const listed = JSON.stringify((await road.approver.ask('GET', '/auth/approval-tokens?limit=200')).body);
    const log = JSON.stringify((await road.app.admin('GET', '/audit/logs?limit=200')).body);
    for (const token of tokens)
      for (const place of [everything, listed, log]) expect(place.includes(token)).toBe(false);
  });
});

describe('one’s own tokens', () => {
  it('are listed with their state, newest first, and nobody else’s', async () => {
    const alone = await road.app.person('approver');
    const proposalId = await road.proposal();
    await mint(alone.ask, { reason: 'first' });
    await mint(alone.ask, { reason: 'second', proposalId });
    const { body } = await alone.ask('GET', '/auth/approval-tokens');
    expect(body.total).toBe(2);
    expect(body.approvalTokens).toMatchObject([
      { reason: 'second', state: 'open', proposalId, digest: expect.stringMatching(/^sha256:/) },
      { reason: 'first', state: 'open', proposalId: null, assessmentId: null, digest: null },
    ]);
    road.app.advance(15 * MINUTE);
    const later = await alone.ask('GET', '/auth/approval-tokens');
    expect(later.body.approvalTokens.map((token: { state: string }) => token.state)).toEqual(['expired', 'expired']);
  });

  it('can be revoked by their owner alone, and twice is no error', async () => {
    const proposalId = await road.proposal();
    await mint(road.approver.ask, { proposalId });
    const id = await idOf(proposalId);
    expectProblem(await other.ask('DELETE', `/auth/approval-tokens/${id}`), 'not_found');
    expectProblem(await road.app.admin('DELETE', `/auth/approval-tokens/${id}`), 'not_found');
    expect((await revoke(id)).body).toEqual({ success: true, id });
    expect((await revoke(id)).status).toBe(200);
    expect(await auditOf(road.app, 'approval_token_revoked', id)).toMatchObject({ actor: road.approver.username });
    expectProblem(await revoke('token_nothing'), 'not_found');
  });
});
