import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assess, installAction, propose, removeAction } from '../../testing/change-road.ts';
import { until } from '../../testing/harness.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, eventsOf, expectOnlyRefused } from '../../testing/road-state.ts';
import { scriptedInstaller } from '../../testing/scripted-servers.ts';

let road: Road;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.app.close());

const show = async (id: string) => (await road.user.ask('GET', `/remediations/${id}`)).body;
const here = (more: object = {}) => propose(road.user.ask, road.assessmentId, [installAction('memory')], more);
const refused = (target: string) => ({ action: 'remediation_refused', actor: road.user.username, target }) as const;

describe('a proposal', () => {
  it('is answered with exactly the source’s fields, and keeps the dry run', async () => {
    const actions = [installAction('memory'), removeAction('postgres')];
    const before = road.installer.calls.length;
    const answer = await propose(road.user.ask, road.assessmentId, actions, { issues: ['unpinned_package'] });
    expect(answer.status).toBe(201);
    const { proposalId } = answer.body;
    expect(answer.body).toEqual({
      success: true,
      proposalId,
      status: 'pending',
      requiresApproval: true,
      autoExecuted: false,
    });
    expect(road.installer.calls.slice(before).map((call) => call.name)).toEqual(['preview_change']);
    expect(road.installer.calls.at(-1)?.args['protectedPaths'], 'what no server may read').toHaveLength(2);
    expect(road.installer.done).toEqual([]);

    const shown = await show(proposalId);
    expect(shown).toMatchObject({
      assessmentId: road.assessmentId,
      status: 'pending',
      title: 'Install memory and remove postgres',
      priority: 'high',
      issues: ['unpinned_package'],
      proposedBy: road.user.username,
      votes: [],
      approvalsNeeded: 1,
      executionId: null,
      supersedes: null,
    });
    expect(shown.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const hours = (new Date(shown.expiresAt).getTime() - new Date(shown.createdAt).getTime()) / 3_600_000;
    expect(hours).toBe(72);
    expect(shown.preview.plans.map((plan: { actionId: string }) => plan.actionId)).toEqual([
      'install-memory',
      'remove-postgres',
    ]);
    expect(shown.proposedActions.map((action: { target: object }) => action.target)).toEqual(
      Array(2).fill({
        installerId: 'installer-1',
        client: 'kilocode',
        scope: 'project',
        path: '/home/person/.kilocode/mcp.json',
      }),
    );
    expect(shown.risk).toMatchObject({ impact: { level: 'high' }, successRate: { level: 'unknown' } });
    expect(await auditOf(road.app, 'remediation_proposed', proposalId)).toMatchObject({
      actor: road.user.username,
      result: 'success',
      details: { digest: shown.digest, assessmentId: road.assessmentId },
    });
    const told = (await eventsOf(road.app, 'remediations')).filter((event) => event.data['proposalId'] === proposalId);
    expect(told).toMatchObject([{ event: 'remediation.proposed', data: { status: 'pending' } }]);
  });

  it('each has a digest of its own', async () => {
    const [first, second] = [await here(), await here()];
    expect((await show(first.body.proposalId)).digest).not.toBe((await show(second.body.proposalId)).digest);
  });

  it('takes a title, and lists newest first', async () => {
    const { body } = await here({ title: 'Memory for everyone', priority: 'low' });
    const listed = (await road.user.ask('GET', '/remediations?limit=1&status=pending')).body;
    expect(listed.remediations).toMatchObject([
      { proposalId: body.proposalId, title: 'Memory for everyone', priority: 'low', approvalsNeeded: 1 },
    ]);
    expect(listed.remediations[0]).not.toHaveProperty('preview');
    expect(listed.nextCursor).toBeTruthy();
  });

  it('sent again under an Idempotency-Key is the same proposal', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = { assessmentId: road.assessmentId, priority: 'low', proposedActions: [installAction('memory')] };
    const ask = () => road.user.ask('POST', '/remediations/propose', body, headers);
    const answers = [await ask(), await ask()];
    expect(answers[1]).toMatchObject({ status: 201, body: answers[0]?.body });
  });
});

describe('it is refused', () => {
  const only = (
    call: () => ReturnType<typeof here>,
    code: Parameters<typeof expectOnlyRefused>[2],
    target = road.assessmentId,
  ) => expectOnlyRefused(road.app, call, code, refused(target));

  it('when it would approve itself', async () => {
    await only(() => here({ autoApprove: true }), 'auto_approve_not_allowed');
  });

  it('when its assessment is not there, or not done', async () => {
    expectProblem(await propose(road.user.ask, 'nothing', [installAction('memory')]), 'not_found');
    const requestId = randomUUID();
    let finish = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    road.compliance.script('compliance_assessment', async () => {
      await gate;
      return {
        rulesVersion: '1',
        results: { summary: { totalIssues: 0, criticalIssues: 0, warningIssues: 0, infoIssues: 0 }, servers: {} },
      };
    });
    await road.user.ask('POST', '/assessments', { requestId, assessmentType: 'compliance' });
    expectProblem(await propose(road.user.ask, requestId, [installAction('memory')]), 'invalid_transition');
    finish();
    await until(
      'done',
      async () => (await road.user.ask('GET', `/assessments/${requestId}`)).body.status === 'completed',
    );
  });

  it('when an issue is not among those of the assessment', async () => {
    const answer = await here({ issues: ['unpinned_package', 'secret_in_config'] });
    expectProblem(answer, 'invalid_request');
    expect(answer.body.errors).toEqual([
      { path: '/issues/1', message: `is not an issue of assessment ${road.assessmentId}` },
    ]);
  });

  it('when two actions have the same id', async () => {
    const answer = await propose(road.user.ask, road.assessmentId, [
      installAction('a'),
      { ...installAction('b'), id: 'install-a' },
    ]);
    expectProblem(answer, 'invalid_request');
    expect(answer.body.errors).toEqual([{ path: '/proposedActions/1/id', message: 'is used by an earlier action' }]);
  });

  it('when it names a server that no installer knows', async () => {
    const answer = await only(
      () => propose(road.user.ask, road.assessmentId, [removeAction('nowhere')]),
      'action_refused',
    );
    expect(answer.body.errors[0].path).toBe('/proposedActions/0');
  });

  it('when the installer refuses, with its reason', async () => {
    const preview = { plans: [], resolvedActions: [] };
    const plain = await scriptedInstaller(road.app, ['elsewhere'], 'installer-refusing');
    plain.script('preview_change', () => ({
      ...preview,
      refused: [{ actionId: 'install-x', code: 'action_refused', reason: 'the file is read-only' }],
    }));
    const target = {
      installerId: 'installer-refusing',
      client: 'kilocode',
      scope: 'project',
      path: '/home/person/.kilocode/mcp.json',
    };
    const answer = await only(
      () => propose(road.user.ask, road.assessmentId, [{ ...installAction('x'), target }]),
      'action_refused',
    );
    expect(answer.body.detail).toContain('the file is read-only');
    expect(answer.body.errors).toMatchObject([{ message: 'the file is read-only' }]);
    // One that leaves an action out has not shown what it would do.
    plain.script('preview_change', () => ({ ...preview, refused: [] }));
    expectProblem(
      await propose(road.user.ask, road.assessmentId, [{ ...installAction('x'), target }]),
      'server_unreachable',
    );
    await road.app.admin('DELETE', '/servers/installer-refusing');
  });

  it('while the installer is away, with when to try again', async () => {
    await road.installer.drop();
    const answer = await here();
    expectProblem(answer, 'server_unreachable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await road.installer.dial();
    expect((await here()).status).toBe(201);
  });

  it('when a target is not clear, and taken when it is named', async () => {
    const second = await scriptedInstaller(road.app, ['slack', 'filesystem'], 'installer-2');
    const both = await assess(road.app, road.user.ask, ['slack', 'postgres']);
    const unclear = await propose(road.user.ask, both.body.assessmentId, [installAction('memory')]);
    expectProblem(unclear, 'target_required');
    const target = {
      installerId: 'installer-2',
      client: 'kilocode',
      scope: 'project',
      path: '/home/person/.kilocode/mcp.json',
    };
    const named = await propose(road.user.ask, both.body.assessmentId, [{ ...installAction('memory'), target }]);
    expect(named.status).toBe(201);
    expect(second.calls.at(-1)?.name).toBe('preview_change');
    const ambiguous = await propose(road.user.ask, both.body.assessmentId, [removeAction('filesystem')]);
    expectProblem(ambiguous, 'ambiguous_server');
    expect(ambiguous.body.errors.map((error: { message: string }) => error.message)).toEqual(
      expect.arrayContaining(['installer-1/kilocode/project/filesystem', 'installer-2/kilocode/project/filesystem']),
    );
  });
});
