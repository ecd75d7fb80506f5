import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assess } from '../../testing/change-road.ts';
import { type Answer, type Ask, startTestApp, type TestApp, until } from '../../testing/harness.ts';
import { expectProblem } from '../../testing/problems.ts';
import { type ScriptedInstaller, scriptedCompliance, scriptedInstaller } from '../../testing/scripted-servers.ts';

let app: TestApp;
let installer: ScriptedInstaller;
let user: Awaited<ReturnType<TestApp['person']>>;
let reported: string;
beforeAll(async () => {
  app = await startTestApp();
  installer = await scriptedInstaller(app, ['filesystem', 'postgres']);
  await scriptedCompliance(app);
  user = await app.person('user');
  reported = (await assess(app, user.ask, ['postgres'])).body.assessmentId;
});
afterAll(() => app.close());

async function completed(ask: Ask, options: object): Promise<string> {
  const requestId = randomUUID();
  await ask('POST', '/assessments', { requestId, assessmentType: 'compliance', targetServers: ['postgres'], options });
  await until(
    'completed',
    async () => (await app.admin('GET', `/assessments/${requestId}`)).body.status === 'completed',
  );
  return requestId;
}

describe('details', () => {
  it('are shown with includeDetails', async () => {
    const { body } = await user.ask('GET', `/assessments/${reported}`);
    expect(body.results.servers.postgres.findings).toMatchObject([
      { rule: 'CFG-03', issue: 'unpinned_package', severity: 'medium' },
    ]);
  });

  it('are left out without it, and the sums stay', async () => {
    const { body } = await user.ask('GET', `/assessments/${await completed(user.ask, {})}`);
    expect(body.results.servers).toEqual({ postgres: { status: 'non_compliant', issues: ['unpinned_package'] } });
    expect(body.summary).toEqual({ totalIssues: 1, criticalIssues: 0, warningIssues: 1, infoIssues: 0 });
  });
});

describe('a report', () => {
  const report = (id: string, format?: string): Promise<Answer> =>
    user.ask('GET', `/assessments/${id}/report${format ? `?format=${format}` : ''}`);

  it.each([
    ['html', 'text/html', (body: string) => body.includes('<!doctype html>') || body.includes('<!DOCTYPE html>')],
    ['json', 'application/json', (body: unknown) => JSON.stringify(body).includes('CFG-03')],
    ['sarif', 'application/sarif+json', (body: unknown) => JSON.stringify(body).includes('2.1.0')],
    ['csv', 'text/csv', (body: string) => body.includes('unpinned_package')],
    ['pdf', 'application/pdf', (body: string) => body.startsWith('%PDF-')],
  ] as const)('as %s', async (format, type, holds) => {
    const { status, headers, body } = await report(reported, format);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain(type);
    expect(holds(body as never)).toBe(true);
    expect(headers.get('content-disposition') ?? '').toMatch(/^attachment; filename="[\w.-]+"$/);
    const { body: log } = await app.admin('GET', `/audit/logs?action=report_exported&target=${reported}`);
    expect(log.logs[0]).toMatchObject({ actor: user.username, result: 'success', details: { format } });
  });

  it('is HTML where no form is named, and none of another form', async () => {
    expect((await report(reported)).headers.get('content-type')).toContain('text/html');
    expectProblem(await report(reported, 'docx'), 'invalid_request');
  });

  it('is kept only where it was asked for', async () => {
    const id = await completed(user.ask, { includeDetails: true });
    const answer = await report(id);
    expectProblem(answer, 'invalid_transition');
    expect(answer.body.detail).toContain('generateReport');
    expect((await user.ask('GET', `/assessments/${id}`)).body.hasReport).toBe(false);
    expectProblem(await report('nothing'), 'not_found');
  });
});

describe('a machine key', () => {
  it('sees what it asked for, and nothing else, not even that it is there', async () => {
    const machine = app.as(installer.key);
    const mine = await completed(machine, { generateReport: true });
    const { body } = await machine('GET', '/assessments');
    expect(body.assessments.map((one: { assessmentId: string }) => one.assessmentId)).toEqual([mine]);
    expect(body.total).toBe(1);
    expect((await machine('GET', `/assessments/${mine}`)).body.requestedBy).toMatch(/^key:/);
    expect((await machine('GET', `/assessments/${mine}/report?format=json`)).status).toBe(200);
    const foreign = await machine('GET', `/assessments/${reported}`);
    const nothing = await machine('GET', '/assessments/nothing');
    expectProblem(foreign, 'not_found');
    expect(foreign.body.detail.replaceAll(reported, 'X')).toBe(nothing.body.detail.replaceAll('nothing', 'X'));
    expectProblem(await machine('GET', `/assessments/${reported}/report`), 'not_found');
  });
});

describe('the list', () => {
  it('is newest first, filtered by status, and paged by cursor without gap or repeat', async () => {
    const all = (await user.ask('GET', '/assessments?limit=200')).body;
    const ids = all.assessments.map((one: { assessmentId: string }) => one.assessmentId);
    const times = all.assessments.map((one: { createdAt: string }) => one.createdAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(all).toMatchObject({ total: ids.length, totalRelation: 'eq', page: 1, pageSize: 200, nextCursor: null });

    const paged: string[] = [];
    let cursor = '';
    do {
      const { body } = await user.ask('GET', `/assessments?limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...body.assessments.map((one: { assessmentId: string }) => one.assessmentId));
      expect(body.total).toBe(ids.length);
      cursor = body.nextCursor ?? '';
    } while (cursor);
    expect(paged).toEqual(ids);
    const second = (await user.ask('GET', '/assessments?limit=2&offset=2')).body;
    expect(second.page).toBe(2);
    expect(second.assessments[0].assessmentId).toBe(ids[2]);
    expect((await user.ask('GET', '/assessments?status=failed')).body).toMatchObject({ total: 0, assessments: [] });
    expectProblem(await user.ask('GET', '/assessments?cursor=nonsense'), 'invalid_request');
  });
});
