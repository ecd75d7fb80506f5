import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeAction } from '../../testing/change-road.ts';
import { startTestApp, type TestApp, until } from '../../testing/harness.ts';
import { expectProblem } from '../../testing/problems.ts';
import { auditOf, expectOnlyRefused } from '../../testing/road-state.ts';
import type { ScriptedAgent } from '../../testing/scripted-agent.ts';
import { type ScriptedInstaller, scriptedCompliance, scriptedInstaller } from '../../testing/scripted-servers.ts';

let app: TestApp;
let first: ScriptedInstaller;
let compliance: ScriptedAgent;
let user: Awaited<ReturnType<TestApp['person']>>;
beforeAll(async () => {
  app = await startTestApp();
  first = await scriptedInstaller(app, ['filesystem', 'postgres']);
  await scriptedInstaller(app, ['postgres', 'slack'], 'installer-2');
  compliance = await scriptedCompliance(app);
  user = await app.person('user');
});
afterAll(() => app.close());

/** The request of the source document, word for word. */
const source = (requestId: string = randomUUID()) => ({
  requestId,
  assessmentType: 'compliance',
  options: { includeDetails: true, generateReport: true, autoApprove: false },
  targetServers: ['filesystem', 'slack'],
  timestamp: new Date().toISOString(),
});
const post = (body: object, ask = user.ask) => ask('POST', '/assessments', body);
const ended = (id: string) =>
  until(`the end of ${id}`, async () => {
    const { body } = await app.admin('GET', `/assessments/${id}`);
    return ['completed', 'failed'].includes(body.status) && body;
  });
const refused = (target: string) => ({ action: 'assessment_refused', actor: user.username, target }) as const;

describe('a request', () => {
  it('is answered at once with exactly the source’s fields, and then carried out', async () => {
    const request = source();
    const answer = await post(request);
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      success: true,
      assessmentId: request.requestId,
      status: 'pending',
      requiresApproval: true,
      autoExecuted: false,
    });
    expect(await auditOf(app, 'assessment_requested', request.requestId)).toMatchObject({
      actor: user.username,
      result: 'success',
      details: { assessmentType: 'compliance', targetServers: ['filesystem', 'slack'], origin: 'request' },
    });
    const body = await ended(request.requestId);
    expect(body).toMatchObject({
      status: 'completed',
      reason: null,
      origin: 'request',
      requestedBy: user.username,
      summary: { totalIssues: 2, criticalIssues: 0, warningIssues: 2, infoIssues: 0 },
    });
    expect(Object.keys(body.results.servers).sort()).toEqual(['filesystem', 'slack']);
    expect(body.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await auditOf(app, 'assessment_started', request.requestId)).toMatchObject({ actor: 'system' });
    expect(await auditOf(app, 'assessment_completed', request.requestId)).toMatchObject({
      actor: 'system',
      result: 'success',
      details: { digest: body.digest },
    });
  });

  it('needs an id and a type alone: options are false, targets are all', async () => {
    const requestId = randomUUID();
    expect((await post({ requestId, assessmentType: 'security' })).status).toBe(202);
    const body = await ended(requestId);
    expect(body.options).toEqual({ includeDetails: false, generateReport: false, autoApprove: false });
    expect(Object.keys(body.results.servers).sort()).toEqual([
      'filesystem',
      'installer-1/kilocode/project/postgres',
      'installer-2/kilocode/project/postgres',
      'slack',
    ]);
  });

  it('of a server that nobody knows finds that it is missing', async () => {
    const requestId = randomUUID();
    await post({ ...source(requestId), targetServers: ['nowhere'] });
    const { results } = await ended(requestId);
    expect(results.servers).toMatchObject({ nowhere: { status: 'non_compliant', issues: ['missing_config'] } });
  });

  it('sees what is there when it runs: the inventory is asked for anew', async () => {
    first.entries.add('added-since');
    const requestId = randomUUID();
    await post({ ...source(requestId), targetServers: ['added-since'] });
    expect((await ended(requestId)).results.servers['added-since'].issues).toEqual(['unpinned_package']);
    first.entries.delete('added-since');
  });
});

describe('the same requestId', () => {
  it('with the same body is the same assessment, whenever it was sent', async () => {
    const request = source();
    const answers = [await post(request), await post({ ...request, timestamp: '2030-01-01T00:00:00Z' })];
    const atOnce = await Promise.all(Array.from({ length: 5 }, () => post(request)));
    for (const answer of [...answers, ...atOnce])
      expect(answer).toMatchObject({ status: 202, body: { assessmentId: request.requestId } });
    await auditOf(app, 'assessment_requested', request.requestId);
    await ended(request.requestId);
    await auditOf(app, 'assessment_completed', request.requestId);
    expect((await post(request)).body.status).toBe('pending');
  });

  it.each<[string, object]>([
    ['another type', { assessmentType: 'security' }],
    ['other targets', { targetServers: ['filesystem'] }],
    ['other options', { options: { includeDetails: false, generateReport: true } }],
  ])('with %s is a conflict', async (_, change) => {
    const request = source();
    await post(request);
    await ended(request.requestId);
    await expectOnlyRefused(
      app,
      () => post({ ...request, ...change }),
      'idempotency_conflict',
      refused(request.requestId),
    );
  });

  it('of another person is a conflict', async () => {
    const request = source();
    await post(request, app.admin);
    await ended(request.requestId);
    await expectOnlyRefused(app, () => post(request), 'idempotency_conflict', refused(request.requestId));
  });
});

describe('it is refused', () => {
  it('when it would approve itself', async () => {
    const request = { ...source(), options: { autoApprove: true } };
    const answer = await expectOnlyRefused(
      app,
      () => post(request),
      'auto_approve_not_allowed',
      refused(request.requestId),
    );
    expect(answer.body.detail).toContain('a person decides');
  });

  it('when a name could mean several, and it lists them', async () => {
    const request = { ...source(), targetServers: ['filesystem', 'postgres'] };
    const answer = await expectOnlyRefused(app, () => post(request), 'ambiguous_server', refused(request.requestId));
    expect(answer.body.errors.map((error: { message: string }) => error.message)).toEqual([
      'installer-1/kilocode/project/postgres',
      'installer-2/kilocode/project/postgres',
    ]);
    const named = { ...request, targetServers: ['installer-2/kilocode/project/postgres'] };
    expect((await post(named)).status).toBe(202);
    expect(Object.keys((await ended(request.requestId)).results.servers)).toEqual([
      'installer-2/kilocode/project/postgres',
    ]);
  });
});

it('an Idempotency-Key gets the first answer again, and no other request', async () => {
  const headers = { 'idempotency-key': `key-${randomUUID()}` };
  const request = source();
  const before = (await app.admin('GET', '/assessments')).body.total;
  const first202 = await user.ask('POST', '/assessments', request, headers);
  expect((await user.ask('POST', '/assessments', request, headers)).body).toEqual(first202.body);
  expectProblem(await user.ask('POST', '/assessments', source(), headers), 'idempotency_conflict');
  expect((await app.admin('GET', '/assessments')).body.total).toBe(before + 1);
  // Keys are each principal's own.
  expect((await app.admin('POST', '/assessments', source(), headers)).status).toBe(202);
  expectProblem(await user.ask('POST', '/assessments', source(), { 'idempotency-key': 'a b' }), 'invalid_request');
  // Of somebody else it is another key: neither their answer comes back, nor that there was one.
  const other = await app.person('user');
  const theirs = source();
  expect((await other.ask('POST', '/assessments', theirs, headers)).body.assessmentId).toBe(theirs.requestId);
});

describe('a machine key', () => {
  const names = (body: { results: { servers: object } }) => Object.keys(body.results.servers).sort();

  it('has its own machine assessed and no other, whatever it names', async () => {
    const machine = app.as(first.key);
    const everything = { ...source(), targetServers: [] };
    expect((await post(everything, machine)).status).toBe(202);
    expect(names(await ended(everything.requestId))).toEqual(['filesystem', 'installer-1/kilocode/project/postgres']);

    const foreign = { ...source(), targetServers: ['slack', 'installer-2/kilocode/project/postgres', 'postgres'] };
    expect((await post(foreign, machine)).status, 'its own postgres is the only one it can mean').toBe(202);
    const { results } = await ended(foreign.requestId);
    expect(results.servers).toMatchObject({
      slack: { issues: ['missing_config'] },
      'installer-2/kilocode/project/postgres': { issues: ['missing_config'] },
      'installer-1/kilocode/project/postgres': { issues: ['unpinned_package'] },
    });
    const { snapshots } = await app.database.db
      .selectFrom('assessments')
      .select('snapshots')
      .where('id', '=', foreign.requestId)
      .executeTakeFirstOrThrow();
    expect(snapshots?.map(({ installerId }) => installerId)).toEqual([undefined, undefined, 'installer-1']);
    expect((await app.as(compliance.key)('GET', `/assessments/${foreign.requestId}`)).status).toBe(404);
  });

  it('of a compliance server has no machine of its own, and is told of none', async () => {
    const everything = { ...source(), targetServers: [] };
    expect((await post(everything, app.as(compliance.key))).status).toBe(202);
    expect(names(await ended(everything.requestId))).toEqual([]);
  });

  it('proposes changes of its own machine alone', async () => {
    const place = { client: 'kilocode', scope: 'project', path: '/home/person/.kilocode/mcp.json' };
    const proposal = (installerId: string, serverName: string) => ({
      ...{ issues: [], priority: 'low' },
      proposedActions: [{ ...removeAction(serverName), target: { installerId, ...place } }],
    });
    const propose = (body: object, key = first.key) => app.as(key)('POST', '/remediations/propose', body);
    expectProblem(await propose(proposal('installer-2', 'slack')), 'key_bound_elsewhere');
    expectProblem(await propose(proposal('installer-1', 'postgres'), compliance.key), 'key_bound_elsewhere');
    const unnamed = { ...proposal('', ''), proposedActions: [removeAction('slack')] };
    expectProblem(await propose(unnamed), 'action_refused');
    expect((await propose(proposal('installer-1', 'postgres'))).status).toBe(201);
  });
});
