import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  approve,
  assess,
  ended,
  execute,
  installAction,
  mint,
  propose,
  removeAction,
} from '../../testing/change-road.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, eventsOf, expectOnlyRefused } from '../../testing/road-state.ts';

const HOUR = 3_600_000;
let road: Road;
beforeAll(async () => {
  road = await openRoad({ PROPOSAL_TTL_HOURS: '5', APPROVAL_TTL_HOURS: '3' });
});
afterAll(() => road.app.close());

const show = async (id: string, ask = road.user.ask) => (await ask('GET', `/remediations/${id}`)).body;
const again = async (username: string) => road.app.as(await road.app.signIn(username, `a password for ${username} 1`));

describe('without an assessment', () => {
  it('it is judged at once, and bound to that judgement', async () => {
    const { status, body } = await propose(road.user.ask, undefined, [installAction('memory')]);
    expect(status, JSON.stringify(body)).toBe(201);
    const shown = await show(body.proposalId);
    const { body: judged } = await road.user.ask('GET', `/assessments/${shown.assessmentId}`);
    expect(judged).toMatchObject({
      status: 'completed',
      origin: 'proposal',
      requestedBy: road.user.username,
      targetServers: ['memory'],
      hasReport: true,
    });
    expect(await auditOf(road.app, 'assessment_completed', shown.assessmentId)).toMatchObject({
      actor: road.user.username,
    });
    const { args } = road.compliance.calls.at(-1) as { args: Record<string, unknown> };
    expect(args['servers']).toMatchObject([
      { key: 'memory', installerId: 'installer-1', snapshot: { launch: { command: 'npx' } } },
    ]);
    expect(shown.issues).toEqual([]);
  });

  it('issues have nothing to be among', async () => {
    expect((await propose(road.user.ask, undefined, [removeAction('postgres')])).status).toBe(201);
  });
});

describe('supersedes', () => {
  it('puts a new one in the place of an undecided one of the same proposer', async () => {
    const old = await road.proposal();
    const fresh = await road.proposal({ more: { supersedes: old } });
    expect(await show(old)).toMatchObject({ status: 'superseded', reason: `replaced by ${fresh}` });
    expect(await show(fresh)).toMatchObject({ status: 'pending', supersedes: old });
    expect(await auditOf(road.app, 'remediation_superseded', old)).toMatchObject({ actor: road.user.username });
    expectProblem(await approve(road.approver.ask, old, await mint(road.approver.ask)), 'invalid_transition');
  });

  it('is for the same proposer alone, and for what is undecided', async () => {
    const record = (actor: string) => ({ action: 'remediation_refused', actor, target: road.assessmentId }) as const;
    const theirs = await road.proposal({ by: road.app.admin });
    const take = (supersedes: string) =>
      propose(road.user.ask, road.assessmentId, [installAction('memory')], { supersedes });
    await expectOnlyRefused(road.app, () => take(theirs), 'forbidden', record(road.user.username));
    const { proposalId } = await road.approved();
    await expectOnlyRefused(road.app, () => take(proposalId), 'invalid_transition', record(road.user.username));
    expectProblem(await take('nothing'), 'not_found');
  });
});

describe('generating', () => {
  const generate = (body: object, ask = road.user.ask) => ask('POST', '/remediations/generate', body);

  it('lets the compliance server make the actions', async () => {
    const answer = await generate({ assessmentId: road.assessmentId });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    expect(answer.body).toMatchObject({
      success: true,
      status: 'pending',
      requiresApproval: true,
      autoExecuted: false,
      unresolved: [],
    });
    expect(await show(answer.body.proposalId)).toMatchObject({
      priority: 'medium',
      issues: ['unpinned_package'],
      proposedBy: road.user.username,
      proposedActions: [{ type: 'update_server', fixes: ['pin_package'] }, { type: 'update_server' }],
    });
  });

  it('is refused where nothing can be mended, with the reasons', async () => {
    road.compliance.script('generate_remediation_proposal', () => ({
      actions: [],
      unresolved: [{ server: 'postgres', issue: 'unpinned_package', reason: 'the registry is away' }],
    }));
    const answer = await generate({ assessmentId: road.assessmentId });
    expectProblem(answer, 'action_refused');
    expect(answer.body.detail).toContain('the registry is away');
    expectProblem(await generate({ assessmentId: 'nothing' }), 'not_found');
  });

  it('needs a compliance server', async () => {
    await road.compliance.drop();
    expectProblem(await generate({ assessmentId: road.assessmentId }), 'server_unreachable');
    expectProblem(await propose(road.user.ask, undefined, [installAction('memory')]), 'server_unreachable');
    await road.compliance.dial();
  });
});

describe('a machine key', () => {
  it('proposes, sees its own alone, and builds on nothing that it may not see', async () => {
    const machine = road.app.as(road.installer.key);
    const theirs = await road.proposal();
    expectProblem(await machine('GET', `/remediations/${theirs}`), 'not_found');
    expectProblem(await propose(machine, road.assessmentId, [installAction('memory')]), 'not_found');
    expectProblem(await machine('POST', '/remediations/generate', { assessmentId: road.assessmentId }), 'not_found');
    const mine = (await propose(machine, undefined, [installAction('memory')])).body.proposalId;
    expect(
      (await machine('GET', '/remediations')).body.remediations.map((one: { proposalId: string }) => one.proposalId),
    ).toEqual([mine]);
    expectProblem(await propose(machine, undefined, [installAction('memory')], { supersedes: theirs }), 'not_found');
    const own = await assess(road.app, machine, ['postgres']);
    expect((await propose(machine, own.body.assessmentId, [removeAction('postgres')])).status).toBe(201);
  });
});

describe('time', () => {
  it('ends an undecided proposal, and an approved one that nobody ran, with its execution', async () => {
    const undecided = await road.proposal();
    const { proposalId, executionId } = await road.approved();
    const running = await road.approved([installAction('in-time')]);
    await execute(road.approver.ask, running.proposalId, running.token);
    await ended(road.app, running.executionId);

    road.app.advance(3 * HOUR + 1000);
    const ask = await again(road.approver.username);
    // Expired by the clock, though no one has swept yet.
    expectProblem(await execute(ask, proposalId, await mint(ask)), 'invalid_transition');
    await road.app.coordinator.remediations.expire();
    expect(await show(proposalId, ask)).toMatchObject({
      status: 'expired',
      reason: 'nobody ran it in time after its approval',
    });
    expect((await ask('GET', `/remediations/execution/${executionId}`)).body).toMatchObject({
      status: 'cancelled',
      startTime: null,
    });
    expect(await show(undecided, ask)).toMatchObject({ status: 'pending' });

    road.app.advance(2 * HOUR);
    const later = await again(road.approver.username);
    await road.app.coordinator.remediations.expire();
    expect(await show(undecided, later)).toMatchObject({ status: 'expired', reason: 'nobody decided it in time' });
    expect(await auditOf(road.app, 'remediation_expired', undecided)).toMatchObject({ actor: 'system' });
    expect(await auditOf(road.app, 'execution_cancelled', executionId)).toMatchObject({
      actor: 'system',
      details: { proposalId },
    });
    const told = (await eventsOf(road.app, 'remediations')).filter((event) => event.data['proposalId'] === undecided);
    expect(told.at(-1)).toMatchObject({ event: 'remediation.expired' });
    expect(await road.app.coordinator.remediations.expire()).toBe(0);
    expect((await show(running.proposalId, later)).status).toBe('executed');
    expectProblem(await approve(later, undecided, await mint(later)), 'invalid_transition');
  });
});
