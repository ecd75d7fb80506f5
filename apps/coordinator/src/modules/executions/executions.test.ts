import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
import { startTestApp, type TestApp, until } from '../../testing/harness.ts';
import { type ScriptedInstaller, scriptedCompliance, scriptedInstaller } from '../../testing/scripted-servers.ts';

let app: TestApp;
let installer: ScriptedInstaller;
let user: Awaited<ReturnType<TestApp['person']>>;
let approver: Awaited<ReturnType<TestApp['person']>>;

beforeAll(async () => {
  app = await startTestApp();
  installer = await scriptedInstaller(app, ['filesystem', 'postgres']);
  await scriptedCompliance(app);
  user = await app.person('user');
  approver = await app.person('approver');
});
afterAll(() => app.close());

/** A proposal that was approved, with the token that approved it. */
async function approved(actions: readonly object[]) {
  const assessment = await assess(app, user.ask, [...installer.entries]);
  const { body, status } = await propose(user.ask, assessment.body.assessmentId, actions);
  expect(status, JSON.stringify(body)).toBe(201);
  const proposalId = body.proposalId as string;
  const token = await mint(approver.ask);
  const decided = await approve(approver.ask, proposalId, token);
  expect(decided.status, JSON.stringify(decided.body)).toBe(200);
  return { proposalId, token, executionId: decided.body.executionId as string };
}

describe('an approved change', () => {
  beforeEach(() => {
    installer.done.length = 0;
    installer.entries.clear();
    for (const name of ['filesystem', 'postgres']) installer.entries.add(name);
  });

  it('runs each action once, in order, and is assessed again', async () => {
    const { proposalId, token, executionId } = await approved([installAction('memory'), removeAction('postgres')]);
    const dry = await execute(approver.ask, proposalId, token, { dryRun: true });
    expect(dry.body).toMatchObject({ dryRun: true, current: true });
    expect(installer.done).toEqual([]);

    expect((await execute(approver.ask, proposalId, token)).status).toBe(202);
    const { body } = await ended(app, executionId);
    expect(body).toMatchObject({
      status: 'completed',
      progress: 100,
      currentAction: null,
      results: { completed: 2, total: 2, successful: 2, failed: 0 },
    });
    expect(body.actions.map((action: { status: string }) => action.status)).toEqual(['completed', 'completed']);
    expect(installer.done).toEqual(['install_server memory', 'remove_server postgres']);
    expect((await app.admin('GET', `/remediations/${proposalId}`)).body.status).toBe('executed');
    expect(body.reassessmentId).toBeTruthy();

    const again = await execute(approver.ask, proposalId, token);
    expect(again).toMatchObject({ status: 409, body: { code: 'approval_token_used' } });
    const fresh = await execute(approver.ask, proposalId, await mint(approver.ask));
    expect(fresh).toMatchObject({ status: 409, body: { code: 'invalid_transition' } });
    expect(installer.done).toHaveLength(2);
  });

  it('is undone, newest first, when an action fails', async () => {
    const { proposalId, token, executionId } = await approved([
      installAction('memory'),
      installAction('time'),
      removeAction('postgres'),
    ]);
    const normal = installer.calls.length;
    installer.script('remove_server', ({ executionId: id, action }) => ({
      outcome: {
        executionId: id,
        actionId: (action as { id: string }).id,
        status: 'failed',
        error: 'the file is read-only',
        diff: '',
        log: [],
        replayed: false,
        durationMs: 1,
      },
    }));
    await execute(approver.ask, proposalId, token);
    const { body } = await ended(app, executionId);
    expect(body).toMatchObject({ status: 'rolled_back', results: { failed: 1 } });
    expect(body.error).toContain('the file is read-only');
    expect(installer.done).toEqual([
      'install_server memory',
      'install_server time',
      'undo install_server time',
      'undo install_server memory',
    ]);
    expect((await app.admin('GET', `/remediations/${proposalId}`)).body.status).toBe('rolled_back');
    expect(installer.calls.length).toBeGreaterThan(normal);
    const actions = await app.auditActions();
    expect(actions).toEqual(
      expect.arrayContaining(['execution_action_failed', 'execution_action_undone', 'execution_rolled_back']),
    );
  });

  it('stays half done only where that was asked for, and names each action', async () => {
    const { proposalId, token, executionId } = await approved([installAction('memory'), removeAction('postgres')]);
    installer.script('remove_server', ({ executionId: id, action }) => ({
      outcome: {
        executionId: id,
        actionId: (action as { id: string }).id,
        status: 'failed',
        error: 'no',
        diff: '',
        log: [],
        replayed: false,
        durationMs: 1,
      },
    }));
    await execute(approver.ask, proposalId, token, { rollbackOnFailure: false });
    const { body } = await ended(app, executionId);
    expect(body.status).toBe('failed');
    expect(body.actions.map((action: { status: string }) => action.status)).toEqual(['completed', 'failed']);
    expect(installer.done).toEqual(['install_server memory']);
  });

  it('does not run when the configuration changed since, and spends no token', async () => {
    const { proposalId, token, executionId } = await approved([installAction('memory')]);
    installer.entries.add('added-by-hand');
    const before = installer.done.length;
    const refused = await execute(approver.ask, proposalId, token);
    expect(refused).toMatchObject({ status: 409, body: { code: 'preview_stale' } });
    expect(installer.done).toHaveLength(before);
    expect((await app.admin('GET', `/remediations/${proposalId}`)).body.status).toBe('superseded');
    expect((await app.admin('GET', `/remediations/execution/${executionId}`)).body.status).toBe('cancelled');
    const tokens = await approver.ask('GET', '/auth/approval-tokens');
    expect(tokens.body.approvalTokens.find((one: { proposalId: string }) => one.proposalId === proposalId).state).toBe(
      'open',
    );
  });

  it('waits for an installer that died in the middle of an action, and repeats nothing', async () => {
    const { proposalId, token, executionId } = await approved([installAction('memory'), installAction('time')]);
    let died = false;
    const answer = installer.done;
    installer.script('install_server', async (args) => {
      const { serverName, id } = args['action'] as { serverName: string; id: string };
      if (!answer.includes(`install_server ${serverName}`)) {
        answer.push(`install_server ${serverName}`);
        installer.entries.add(serverName);
      }
      if (!died) {
        died = true;
        await installer.drop();
        await installer.dial();
      }
      return {
        outcome: {
          executionId: args['executionId'],
          actionId: id,
          status: 'completed',
          error: null,
          diff: '',
          log: [],
          replayed: false,
          durationMs: 1,
        },
      };
    });
    await execute(approver.ask, proposalId, token);
    const { body } = await ended(app, executionId);
    expect(body.status).toBe('completed');
    expect(installer.done).toEqual(['install_server memory', 'install_server time']);
  });

  it('can be rolled back after it completed, by a person with a reason', async () => {
    const { proposalId, token, executionId } = await approved([installAction('fetch'), removeAction('postgres')]);
    for (const name of ['install_server', 'remove_server'] as const) {
      installer.script(name, ({ executionId: id, action }) => ({
        outcome: {
          executionId: id,
          actionId: (action as { id: string }).id,
          status: 'completed',
          error: null,
          diff: '',
          log: [],
          replayed: false,
          durationMs: 1,
        },
      }));
    }
    await execute(approver.ask, proposalId, token);
    await ended(app, executionId);
    expect((await user.ask('POST', `/remediations/execution/${executionId}/rollback`, { reason: 'no' })).status).toBe(
      403,
    );
    const asked = await approver.ask('POST', `/remediations/execution/${executionId}/rollback`, {
      reason: 'it broke the build',
    });
    expect(asked.status).toBe(202);
    const undone = await until('undone', async () => {
      const { body } = await app.admin('GET', `/remediations/execution/${executionId}`);
      return body.status === 'rolled_back' && body;
    });
    expect(undone.actions.map((action: { status: string }) => action.status)).toEqual(['undone', 'undone']);
    expect(installer.done).toEqual(['undo remove_server postgres', 'undo install_server fetch']);
    expect((await app.admin('GET', `/remediations/${proposalId}`)).body.status).toBe('rolled_back');
  });

  it('starts once when two people press Run at the same moment', async () => {
    const { proposalId, executionId } = await approved([removeAction('filesystem')]);
    const second = await app.person('approver');
    const tokens = [await mint(approver.ask), await mint(second.ask)];
    const answers = await Promise.all([
      execute(approver.ask, proposalId, tokens[0]),
      execute(second.ask, proposalId, tokens[1]),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([202, 409]);
    await ended(app, executionId);
  });
});
