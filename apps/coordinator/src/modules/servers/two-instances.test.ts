import { LINK_CLOSE_FENCED, LINK_CLOSE_MOVED } from '@mcp-coordinator/contract/link-transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approve, assess, ended, execute, installAction, mint, propose } from '../../testing/change-road.ts';
import { startTestApp, type TestApp, until } from '../../testing/harness.ts';
import type { ScriptedAgent } from '../../testing/scripted-agent.ts';
import { type ScriptedInstaller, scriptedCompliance, scriptedInstaller } from '../../testing/scripted-servers.ts';
import { type SecondCoordinator, startSecondCoordinator } from '../../testing/second-coordinator.ts';

let app: TestApp;
let second: SecondCoordinator;
let installer: ScriptedInstaller;
let compliance: ScriptedAgent;
beforeAll(async () => {
  app = await startTestApp();
  installer = await scriptedInstaller(app, ['filesystem', 'postgres']);
  compliance = await scriptedCompliance(app);
  second = await startSecondCoordinator(app);
});
afterAll(async () => {
  await second.stop();
  await app.close();
});

const status = async (id: string): Promise<string> => (await app.admin('GET', `/servers/${id}`)).body.server.status;

it('a second instance that starts leaves the links of the first alone', async () => {
  expect(await status('installer-1')).toBe('healthy');
  expect(await status('compliance-1')).toBe('healthy');
});

describe('a link that another instance holds', () => {
  it('is pinged in one hop', async () => {
    const answer = await second.admin('GET', '/servers/installer-1/ping');
    expect(answer).toMatchObject({ status: 200, body: { status: 'healthy' } });
    expect(answer.body.latencyMs).toBeGreaterThan(0);
  });

  it('carries the whole road of a change, each action once', async () => {
    await installer.dial(second.base);
    const user = await app.person('user');
    const approver = await app.person('approver');
    const [here, there] = [second.as(user.token), second.as(approver.token)];
    const assessment = await assess(app, here, ['filesystem']);
    expect(assessment.body.status, JSON.stringify(assessment.body)).toBe('completed');
    const proposed = await propose(here, assessment.body.assessmentId, [installAction('memory')]);
    expect(proposed.status, JSON.stringify(proposed.body)).toBe(201);
    const token = await mint(there);
    const decided = await approve(there, proposed.body.proposalId, token);
    expect((await execute(approver.ask, proposed.body.proposalId, token)).status).toBe(202);
    expect((await ended(app, decided.body.executionId)).body.status).toBe('completed');
    expect(installer.done).toEqual(['install_server memory']);
    await installer.dial();
  });

  it('loses against a newer one elsewhere, and says so', async () => {
    const older = installer.closed();
    await installer.dial(second.base);
    expect(await older).toBe(LINK_CLOSE_FENCED);
    expect((await app.admin('GET', '/servers/installer-1/ping')).status).toBe(200);
    const newer = installer.closed();
    await installer.dial();
    expect(await newer).toBe(LINK_CLOSE_FENCED);
    await until('healthy again', async () => (await status('installer-1')) === 'healthy');
  });

  it('ends when its server is removed through the other', async () => {
    const gone = await scriptedInstaller(app, ['slack'], 'installer-gone');
    expect((await second.admin('DELETE', '/servers/installer-gone')).status).toBe(200);
    expect(await gone.closed()).toBe(1008);
  });

  it('ends when its key is revoked through the other', async () => {
    const cut = await scriptedInstaller(app, ['slack'], 'installer-cut');
    const { body } = await second.admin('GET', '/api-keys?limit=200');
    const { id } = body.apiKeys.find((one: { serverId: string }) => one.serverId === 'installer-cut');
    expect((await second.admin('DELETE', `/api-keys/${id}`)).status).toBe(200);
    expect(await cut.closed()).toBe(1008);
    await until('unreachable', async () => (await status('installer-cut')) === 'unreachable');
  });

  it('answers with the words of the server, whichever instance is asked', async () => {
    compliance.script('compliance_assessment', () => {
      throw new Error('the rules cannot be read');
    });
    const failed = await second.admin('POST', '/remediations/propose', {
      issues: [],
      priority: 'low',
      proposedActions: [
        {
          ...installAction('time'),
          target: {
            installerId: 'installer-1',
            client: 'kilocode',
            scope: 'project',
            path: '/home/person/.kilocode/mcp.json',
          },
        },
      ],
    });
    expect(failed).toMatchObject({ status: 503, body: { code: 'server_unreachable' } });
    expect(failed.body.detail).toContain('the rules cannot be read');
  });
});

describe('an instance that stops', () => {
  it('sends its servers elsewhere, and a call meanwhile waits for them', async () => {
    const third = await startSecondCoordinator(app);
    const moving = await scriptedInstaller(app, ['slack'], 'installer-moving');
    await moving.dial(third.base);
    const closed = moving.closed();
    const stopped = third.stop();
    expect(await closed).toBe(LINK_CLOSE_MOVED);
    const waiting = app.admin('GET', '/servers/installer-moving/ping');
    await moving.dial();
    expect((await waiting).status).toBe(200);
    await stopped;
    await until('healthy again', async () => (await status('installer-moving')) === 'healthy');
    const { logs } = (await app.admin('GET', '/audit/logs?action=server_unlinked&target=installer-moving')).body;
    expect(logs, 'it was never away').toEqual([]);
  });
});
