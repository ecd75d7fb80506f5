import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, until } from '../../testing/harness.ts';
import { auditOf, eventsOf } from '../../testing/road-state.ts';
import type { ScriptedAgent, ToolScript } from '../../testing/scripted-agent.ts';
import { scriptedCompliance, scriptedInstaller } from '../../testing/scripted-servers.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await scriptedInstaller(app, ['filesystem']);
});
afterAll(() => app.close());

const request = async (): Promise<string> => {
  const requestId = randomUUID();
  const { status } = await app.admin('POST', '/assessments', { requestId, assessmentType: 'compliance' });
  expect(status).toBe(202);
  return requestId;
};
const show = async (id: string) => (await app.admin('GET', `/assessments/${id}`)).body;
const ended = (id: string) =>
  until(`the end of ${id}`, async () => {
    const body = await show(id);
    return ['completed', 'failed'].includes(body.status) && body;
  });

describe('without a compliance server', () => {
  it('waits as pending, and has failed after five minutes, with the reason', async () => {
    const id = await request();
    app.advance(4 * 60_000 + 50_000);
    expect((await show(id)).status).toBe('pending');
    app.advance(11_000);
    const body = await ended(id);
    expect(body).toMatchObject({ status: 'failed', results: null, digest: null, hasReport: false });
    expect(body.reason).toContain('no compliance server is linked');
    expect(body.reason).toContain('5 minutes');
    expect(await auditOf(app, 'assessment_failed', id)).toMatchObject({
      actor: 'system',
      result: 'failure',
      details: { reason: body.reason },
    });
    const told = (await eventsOf(app, 'assessments')).filter((event) => event.data['assessmentId'] === id);
    expect(told.map((event) => event.event)).toEqual(['assessment.requested', 'assessment.failed']);
  });

  it('goes on as soon as one is there', async () => {
    const id = await request();
    const compliance = await scriptedCompliance(app, 'late-compliance');
    expect((await ended(id)).status).toBe('completed');
    await compliance.drop();
  });
});

describe('with a compliance server that', () => {
  let compliance: ScriptedAgent;
  beforeAll(async () => {
    compliance = await scriptedCompliance(app);
  });
  const good: ToolScript = () => ({
    rulesVersion: '1',
    results: { summary: { totalIssues: 0, criticalIssues: 0, warningIssues: 0, infoIssues: 0 }, servers: {} },
  });
  beforeEach(() => compliance.script('compliance_assessment', good));

  it.each<[string, ToolScript, string]>([
    [
      'answers with an error',
      () => {
        throw new Error('the rules cannot be read');
      },
      'the rules cannot be read',
    ],
    ['answers nonsense', () => ({ rulesVersion: '1', results: { summary: 'fine', servers: [] } }), 'does not'],
    ['leaves its results out', () => ({ rulesVersion: '1' }), 'does not'],
  ])('%s: it has failed, with the reason', async (_, script, words) => {
    compliance.script('compliance_assessment', script);
    const id = await request();
    const body = await ended(id);
    expect(body).toMatchObject({ status: 'failed', results: null, digest: null });
    expect(body.reason).toContain(compliance.serverId);
    if (words !== 'does not') expect(body.reason).toContain(words);
    expect(await auditOf(app, 'assessment_failed', id)).toMatchObject({ result: 'failure' });
  });

  it('dies in the middle: it has failed, and says so', async () => {
    compliance.script('compliance_assessment', async () => {
      await compliance.drop();
      return good({});
    });
    const body = await ended(await request());
    expect(body.status).toBe('failed');
    expect(body.reason).toContain(`${compliance.serverId} did not answer`);
    await compliance.dial();
  });

  it('is slow: it is running meanwhile, and finished once', async () => {
    let finish = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    compliance.script('compliance_assessment', async (args) => {
      await gate;
      return good(args);
    });
    const calls = compliance.calls.length + 1;
    const id = await request();
    await until('it runs', () => Promise.resolve(compliance.calls.length === calls));
    expect((await show(id)).status).toBe('running');
    // Asked for again meanwhile, it is not begun a second time.
    await app.admin('POST', '/assessments', { requestId: id, assessmentType: 'compliance' });
    finish();
    expect((await ended(id)).status).toBe('completed');
    expect(compliance.calls).toHaveLength(calls);
    await auditOf(app, 'assessment_completed', id);
  });

  it('gets what it needs and no more: snapshots, and the paths it must protect', async () => {
    const id = await request();
    await ended(id);
    const { args } = compliance.calls.at(-1) as { args: Record<string, unknown> };
    expect(args).toMatchObject({ assessmentId: id, assessmentType: 'compliance', includeDetails: true });
    expect(args['servers']).toMatchObject([
      {
        key: 'filesystem',
        installerId: 'installer-1',
        snapshot: { name: 'filesystem' },
        file: { mode: '0600', gitTracked: false },
      },
    ]);
    expect(args['protectedPaths']).toHaveLength(2);
  });

  it('an installer that is away keeps what it reported last', async () => {
    const away = await scriptedInstaller(app, ['remembered'], 'installer-away');
    await away.drop();
    const id = await request();
    await ended(id);
    expect(compliance.calls.at(-1)?.args['servers']).toMatchObject([{ key: 'filesystem' }, { key: 'remembered' }]);
  });
});
