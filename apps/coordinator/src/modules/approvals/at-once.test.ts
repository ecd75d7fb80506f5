import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approve, ended, execute, installAction, mint } from '../../testing/change-road.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { setPolicy } from '../../testing/policy-road.ts';
import { auditOf } from '../../testing/road-state.ts';
import { type SecondCoordinator, startSecondCoordinator } from '../../testing/second-coordinator.ts';

const NOT_TWICE = ['approval_token_used', 'invalid_transition', 'preview_stale'];
let road: Road;
let second: Road['approver'];
beforeAll(async () => {
  road = await openRoad();
  second = await road.app.person('approver');
});
afterAll(() => road.app.close());
beforeEach(() => {
  road.installer.done.length = 0;
});

const statuses = (answers: { status: number }[]) => answers.map((answer) => answer.status).sort((a, b) => a - b);
const votes = async (proposalId: string) =>
  road.app.database.db.selectFrom('approvals').selectAll().where('proposal_id', '=', proposalId).execute();

it('of two people who decide at once, one decides', async () => {
  for (const decision of ['approved', 'rejected']) {
    const proposalId = await road.proposal();
    const [mine, theirs] = [await mint(road.approver.ask), await mint(second.ask)];
    const answers = await Promise.all([
      approve(road.approver.ask, proposalId, mine),
      approve(second.ask, proposalId, theirs, { decision }),
    ]);
    expect(statuses(answers)).toEqual([200, 409]);
    const rows = await votes(proposalId);
    expect(rows).toHaveLength(1);
    const { body } = await road.app.admin('GET', `/remediations/${proposalId}`);
    expect(body.status).toBe(rows[0]?.decision);
    const executions = await road.app.database.db
      .selectFrom('executions')
      .select('id')
      .where('proposal_id', '=', proposalId)
      .execute();
    expect(executions).toHaveLength(rows[0]?.decision === 'approved' ? 1 : 0);
  }
});

it('one decision sent several times at once is one decision, with one answer', async () => {
  const proposalId = await road.proposal();
  const body = {
    approvalId: randomUUID(),
    proposalId,
    decision: 'approved',
    reason: 'r',
    approvalToken: await mint(road.approver.ask),
  };
  const answers = await Promise.all(Array.from({ length: 6 }, () => road.approver.ask('POST', '/approvals', body)));
  expect(statuses(answers)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(new Set(answers.map((answer) => answer.body.executionId)).size).toBe(1);
  expect(await votes(proposalId)).toHaveLength(1);
  await auditOf(road.app, 'approval_granted', proposalId);
});

it('one approvalId for two proposals at once decides one of them', async () => {
  const subjects = [await road.proposal(), await road.proposal(), await road.proposal()];
  const approvalId = randomUUID();
  const answers = await Promise.all(
    subjects.map((proposalId) =>
      road.approver.ask('POST', '/approvals', { approvalId, proposalId, decision: 'rejected', reason: 'r' }),
    ),
  );
  expect(statuses(answers)).toEqual([200, 409, 409]);
  expect(answers.filter((answer) => answer.status === 409).map((answer) => answer.body.code)).toEqual([
    'idempotency_conflict',
    'idempotency_conflict',
  ]);
});

it('one token approves one of two proposals', async () => {
  const subjects = [await road.proposal(), await road.proposal()];
  const token = await mint(road.approver.ask);
  const answers = await Promise.all(subjects.map((proposalId) => approve(road.approver.ask, proposalId, token)));
  expect(statuses(answers)).toEqual([200, 403]);
  expect(answers.find((answer) => answer.status === 403)?.body.code).toBe('approval_token_bound');
});

it('one token redeemed twenty times at once starts exactly one execution', async () => {
  const { proposalId, token, executionId } = await road.approved([installAction('twenty')]);
  const answers = await Promise.all(Array.from({ length: 20 }, () => execute(road.approver.ask, proposalId, token)));
  expect(statuses(answers)).toEqual([202, ...Array<number>(19).fill(409)]);
  const codes = new Set(answers.flatMap((answer) => (answer.status === 409 ? [answer.body.code] : [])));
  for (const code of codes) expect(['approval_token_used', 'invalid_transition', 'preview_stale']).toContain(code);
  expect((await ended(road.app, executionId)).body.status).toBe('completed');
  expect(road.installer.done).toEqual(['install_server twenty']);
  await auditOf(road.app, 'execution_started', executionId);
  expect((await road.app.admin('GET', `/remediations/${proposalId}`)).body.status).toBe('executed');
});

it('fifty votes of one person at once, each with a token of its own, are one vote', async () => {
  const app = road.app;
  await setPolicy(app.admin, { quorum: 2 });
  const proposalId = await road.proposal({ actions: [installAction('fifty')] });
  const tokens: string[] = [];
  while (tokens.length < 50) tokens.push(await mint(road.approver.ask, { proposalId }));
  const answers = await Promise.all(tokens.map((token) => approve(road.approver.ask, proposalId, token)));
  expect(statuses(answers)).toEqual([200, ...Array<number>(49).fill(409)]);
  expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set([undefined, 'already_decided']));
  expect(await votes(proposalId)).toHaveLength(1);
  expect((await app.admin('GET', `/remediations/${proposalId}`)).body).toMatchObject({
    status: 'pending',
    approvalsNeeded: 1,
    executionId: null,
  });
  const spent = await app.database.db
    .selectFrom('approval_tokens')
    .select('id')
    .where('proposal_id', '=', proposalId)
    .where('approved_at', 'is not', null)
    .execute();
  expect(spent).toHaveLength(1);
  await auditOf(app, 'approval_granted', proposalId);
  await setPolicy(app.admin, { quorum: 1 });
});

describe('on two instances', () => {
  let other: SecondCoordinator;
  beforeAll(async () => {
    other = await startSecondCoordinator(road.app);
  });
  afterAll(() => other.stop());
  const ONE_HUNDRED = Array.from({ length: 100 }, (_, index) => index);
  const either = (index: number) => (index % 2 ? other.as(road.approver.token) : road.approver.ask);

  it('a hundred uses of one token for two proposals approve one of them, once', async () => {
    const subjects = [await road.proposal(), await road.proposal()];
    const token = await mint(road.approver.ask);
    const answers = await Promise.all(
      ONE_HUNDRED.map((index) => approve(either(index), subjects[(index >> 1) % 2]!, token)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const codes = answers.flatMap(({ status, body }) => (status === 200 ? [] : [body.code]));
    expect(new Set(codes)).toEqual(new Set(['approval_token_bound', 'approval_token_used']));
    expect([...(await votes(subjects[0]!)), ...(await votes(subjects[1]!))]).toHaveLength(1);
  });

  it('a hundred redemptions of one token start one execution, which carries out its action once', async () => {
    const { proposalId, token, executionId } = await road.approved([installAction('hundred')]);
    const answers = await Promise.all(ONE_HUNDRED.map((index) => execute(either(index), proposalId, token)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    const codes = new Set(answers.flatMap(({ status, body }) => (status === 202 ? [] : [body.code])));
    for (const code of codes) expect(NOT_TWICE).toContain(code);
    expect((await ended(road.app, executionId)).body.status).toBe('completed');
    expect(road.installer.done).toEqual(['install_server hundred']);
    await auditOf(road.app, 'execution_started', executionId);
  });
});

it('revoking and redeeming at once: never both', async () => {
  const { proposalId, token, executionId } = await road.approved([installAction('race')]);
  const { body } = await road.approver.ask('GET', '/auth/approval-tokens');
  const { id } = body.approvalTokens.find((one: { proposalId: string }) => one.proposalId === proposalId);
  const [started, revoked] = await Promise.all([
    execute(road.approver.ask, proposalId, token),
    road.approver.ask('DELETE', `/auth/approval-tokens/${id}`),
  ]);
  expect([started?.status, revoked?.status]).toEqual(revoked?.status === 200 ? [403, 200] : [202, 409]);
  if (started?.status === 202) await ended(road.app, executionId);
});
