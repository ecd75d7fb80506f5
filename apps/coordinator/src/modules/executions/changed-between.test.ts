import { randomUUID } from 'node:crypto';
import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approve, ended, execute, installAction, mint, propose } from '../../testing/change-road.ts';
import { databaseState } from '../../testing/database-state.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { setPolicy } from '../../testing/policy-road.ts';
import { askRaw, expectProblem } from '../../testing/problems.ts';
import { expectOnlyRefused } from '../../testing/road-state.ts';

/** What is consented to, what is consented with, and what runs are the same, or nothing runs. */
let road: Road;
let second: Road['approver'];
let count = 0;
beforeAll(async () => {
  road = await openRoad();
  second = await road.app.person('approver');
});
afterAll(() => road.app.close());
beforeEach(() => {
  road.installer.done.length = 0;
});
const fresh = () => [installAction(`server-${++count}`)];
const show = async (id: string) => (await road.app.admin('GET', `/remediations/${id}`)).body;
const vote = async (one: Road['approver'], id: string) => approve(one.ask, id, await mint(one.ask, { proposalId: id }));
const refusedVote = (target: string, actor: string) => ({ action: 'approval_refused', actor, target }) as const;
const refusedRun = (target: string) =>
  ({ action: 'execution_refused', actor: road.approver.username, target }) as const;

describe('between two votes', () => {
  beforeAll(() => setPolicy(road.app.admin, { quorum: 2 }).then(() => undefined));
  afterAll(() => setPolicy(road.app.admin, { quorum: 1 }).then(() => undefined));

  it('an edit is another proposal: the first vote does not go along, the second is refused', async () => {
    const old = await road.proposal({ actions: fresh() });
    expect((await vote(road.approver, old)).body).toMatchObject({ approvalsNeeded: 1 });
    const held = await mint(second.ask, { proposalId: old });
    const anew = await road.proposal({ actions: fresh(), more: { supersedes: old } });
    await expectOnlyRefused(
      road.app,
      () => approve(second.ask, old, held),
      'invalid_transition',
      refusedVote(old, second.username),
    );
    expect(await show(anew)).toMatchObject({ status: 'pending', votes: [], approvalsNeeded: 2 });
    // What was consented to was the old one, so the token is no consent to the new one.
    await expectOnlyRefused(
      road.app,
      () => approve(second.ask, anew, held),
      'approval_token_bound',
      refusedVote(anew, second.username),
    );
  });

  it('a vote on what is being replaced decides which of the two lives, never both', async () => {
    const old = await road.proposal({ actions: fresh() });
    await vote(road.approver, old);
    const planning = road.installer.pause('preview_change');
    const replacing = propose(road.user.ask, road.assessmentId, fresh(), { supersedes: old });
    await planning.reached;
    const before = (await road.app.admin('GET', '/remediations?limit=200')).body.total;
    // While it is planned there is nothing to vote on: no id, no row.
    for (const id of ['remediation_', 'remediation_next', `${old}x`])
      expectProblem(await vote(second, id).catch(() => approve(second.ask, id, 'x')), 'not_found');
    expect((await vote(second, old)).body).toMatchObject({ approvalsNeeded: 0 });
    planning.release();
    expectProblem(await replacing, 'invalid_transition');
    expect(await show(old)).toMatchObject({ status: 'approved' });
    expect((await road.app.admin('GET', '/remediations?limit=200')).body.total).toBe(before);
  });
});

describe('between approval and run', () => {
  it.each<[string, (plan: ActionPlan) => ActionPlan]>([
    ['the package', (plan) => ({ ...plan, package: artifact('b') })],
    ['what it would start', (plan) => ({ ...plan, launch: { ...LAUNCH, argv: ['npx', '-y', 'something-else'] } })],
    ['where it is written', (plan) => ({ ...plan, target: { ...plan.target!, path: '/home/person/.bashrc' } })],
    ['what stands there now', (plan) => ({ ...plan, sectionHash: 'f'.repeat(64) })],
    ['the way back', (plan) => ({ ...plan, undo: { ...plan.undo, description: 'does nothing' } })],
  ])('%s is swapped, though the plan calls itself the same: nothing runs, nothing is spent', async (_, swap) => {
    const before = road.installer.answer('preview_change')!;
    const planned = async (args: Record<string, unknown>, change: (plan: ActionPlan) => ActionPlan) => {
      const { plans, ...rest } = (await before(args)) as { plans: ActionPlan[] };
      return { ...rest, plans: plans.map((plan) => change({ ...plan, package: artifact('a'), launch: LAUNCH })) };
    };
    road.installer.script('preview_change', (args) => planned(args, (plan) => plan));
    const { proposalId, token, executionId } = await road.approved(fresh());
    road.installer.script('preview_change', (args) => planned(args, swap));
    const answer = await execute(road.approver.ask, proposalId, token);
    road.installer.script('preview_change', before);
    expectProblem(answer, 'preview_stale');
    expect(road.installer.done).toEqual([]);
    expect(await show(proposalId)).toMatchObject({ status: 'superseded' });
    expect((await road.app.admin('GET', `/remediations/execution/${executionId}`)).body.status).toBe('cancelled');
    const mine = (await road.approver.ask('GET', '/auth/approval-tokens')).body.approvalTokens;
    expect(mine.find((one: { proposalId: string }) => one.proposalId === proposalId).state).toBe('open');
  });

  it('a stored action is edited in the database: nothing runs', async () => {
    const { proposalId, token } = await road.approved(fresh());
    const { db } = road.app.database;
    const { actions } = await db
      .selectFrom('remediations')
      .select('actions')
      .where('id', '=', proposalId)
      .executeTakeFirstOrThrow();
    const edited = actions.map((action) => ({ ...action, args: ['-y', 'something-else'] }));
    await db
      .updateTable('remediations')
      .set({ actions: JSON.stringify(edited) })
      .where('id', '=', proposalId)
      .execute();
    expectProblem(await execute(road.approver.ask, proposalId, token), 'preview_stale');
    expect(road.installer.done).toEqual([]);
  });
});

const artifact = (fill: string): NonNullable<ActionPlan['package']> => ({
  registry: 'npm',
  name: 'memory',
  version: '1.0.0',
  integrity: `sha512-${fill.repeat(86)}==`,
});
const LAUNCH: NonNullable<ActionPlan['launch']> = { argv: ['npx', '-y', 'memory'], variables: [], url: null };

it('a finished first install does not run again: not with its token, a fresh one, another key, or by its id', async () => {
  const { proposalId, token, executionId } = await road.approved(fresh());
  const keyed = { 'idempotency-key': randomUUID() };
  const body = { proposalId, approvalToken: token };
  const first = await road.approver.ask('POST', '/remediations/execute', body, keyed);
  expect(first.status).toBe(202);
  expect((await ended(road.app, executionId)).body.status).toBe('completed');
  const done = [...road.installer.done];
  expect(done).toHaveLength(1);
  expect((await road.approver.ask('POST', '/remediations/execute', body, keyed)).body).toEqual(first.body);
  const run = (approvalToken: string) => () => execute(road.approver.ask, proposalId, approvalToken);
  await expectOnlyRefused(road.app, run(token), 'approval_token_used', refusedRun(proposalId));
  const another = await mint(road.approver.ask, { proposalId });
  await expectOnlyRefused(road.app, run(another), 'invalid_transition', refusedRun(proposalId));
  const free = await mint(road.approver.ask);
  await expectOnlyRefused(road.app, run(free), 'invalid_transition', refusedRun(proposalId));
  const again = () => approve(second.ask, proposalId, 'x');
  await expectOnlyRefused(road.app, again, 'approval_token_unknown', refusedVote(proposalId, second.username));
  expect(road.installer.done).toEqual(done);
});

describe('against the digest', () => {
  const digestOf = async (actions: readonly object[]) =>
    (await show(await road.proposal({ actions }))).digest as string;
  const raw = (body: string) =>
    askRaw(road.app, {
      ...{ method: 'POST', path: '/api/v1/approvals', body },
      headers: { authorization: `Bearer ${road.approver.token}`, 'content-type': 'application/json' },
    });
  const plansOf = async (id: string) =>
    (await show(id)).preview.plans.map(({ planDigest }: ActionPlan) => planDigest) as string[];

  it('the order of keys says nothing, and what it says is what is approved', async () => {
    const [action] = fresh();
    const turned = Object.fromEntries(Object.entries(action!).reverse());
    const [one, other] = [await road.proposal({ actions: [action!] }), await road.proposal({ actions: [turned] })];
    expect(await plansOf(one)).toEqual(await plansOf(other));
    expect((await show(one)).proposedActions).toEqual((await show(other)).proposedActions);
  });

  it('a name in two normal forms is two names, and the consent to one is none to the other', async () => {
    const [nfc, nfd] = ['caf\u00e9', 'cafe\u0301'];
    const [composed, decomposed] = [await digestOf([installAction('x')]), await digestOf([installAction('x')])];
    expect(composed).not.toBe(decomposed);
    const named = (serverName: string) => ({ ...installAction('y'), serverName });
    const [first, other] = [
      await road.proposal({ actions: [named(nfc)] }),
      await road.proposal({ actions: [named(nfd)] }),
    ];
    expect(await plansOf(first)).not.toEqual(await plansOf(other));
    const token = await mint(road.approver.ask, { proposalId: first });
    const { digest } = await show(first);
    const refused = refusedVote(other, road.approver.username);
    const given = () => approve(road.approver.ask, other, token, { proposalDigest: digest });
    await expectOnlyRefused(road.app, given, 'approval_token_bound', refused);
    const own = await mint(road.approver.ask, { proposalId: other });
    const wrong = () => approve(road.approver.ask, other, own, { proposalDigest: digest });
    await expectOnlyRefused(road.app, wrong, 'proposal_changed', refused);
  });

  it('a key that stands twice is refused, in whatever spelling, and nothing is decided', async () => {
    const [one, other] = [await road.proposal({ actions: fresh() }), await road.proposal({ actions: fresh() })];
    const approvalToken = await mint(road.approver.ask);
    const rest = `"approvalId":"${randomUUID()}","decision":"approved","reason":"r","approvalToken":"${approvalToken}"`;
    const before = await databaseState(road.app);
    for (const twice of [
      `{"proposalId":"${one}","proposalId":"${other}",${rest}}`,
      `{"proposalId":"${one}","proposal\\u0049d":"${other}",${rest}}`,
      `{"proposalId":"${one}",${rest},"decision":"rejected"}`,
      `{"proposalId":"${one}",${rest},"__proto__":{"breakGlass":true}}`,
    ])
      expectProblem(await raw(twice), 'malformed_json');
    expect(await databaseState(road.app)).toEqual(before);
  });

  it('an id or a digest that is written differently is another, or none', async () => {
    const proposalId = await road.proposal({ actions: fresh() });
    const { digest } = await show(proposalId);
    const before = await databaseState(road.app);
    for (const spelled of [`${proposalId}%20`, proposalId.replace('_', '%5f'), `${proposalId}\u0000`, ` ${proposalId}`])
      expectProblem(await approve(road.approver.ask, spelled, 'x'), 'invalid_request');
    for (const spelled of [digest.toUpperCase(), digest.replace(':', '%3A'), digest.slice(7), `${digest} `])
      expectProblem(await approve(road.approver.ask, proposalId, 'x', { proposalDigest: spelled }), 'invalid_request');
    expectProblem(await approve(road.approver.ask, proposalId.toUpperCase(), 'x'), 'not_found');
    expect(await databaseState(road.app)).toEqual(before);
  });

  it('an approval has no room for anything else', async () => {
    const proposalId = await road.proposal({ actions: fresh() });
    const approvalToken = await mint(road.approver.ask, { proposalId });
    const before = await databaseState(road.app);
    for (const more of [
      { userId: 1 },
      { username: 'admin' },
      { role: 'admin' },
      { selfApproved: false },
      { digest: `sha256:${'0'.repeat(64)}` },
      { proposedActions: fresh() },
      { priority: 'low' },
      { expiresAt: '2099-01-01T00:00:00.000Z' },
      { secondFactor: true },
      { executionId: 'exec_mine' },
      { constructor: { prototype: { breakGlass: true } } },
    ])
      expectProblem(await approve(road.approver.ask, proposalId, approvalToken, more), 'invalid_request');
    expect(await databaseState(road.app)).toEqual(before);
  });
});
