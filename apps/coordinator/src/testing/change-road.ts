import { randomUUID } from 'node:crypto';
import { type Answer, type Ask, type TestApp, until } from './harness.ts';

/** The road of a change, step by step, for tests that begin further on. */
export async function assess(app: TestApp, ask: Ask, targetServers: readonly string[]): Promise<Answer> {
  const requestId = `assessment-${randomUUID()}`;
  const options = { includeDetails: true, generateReport: true };
  const asked = await ask('POST', '/assessments', { requestId, assessmentType: 'compliance', options, targetServers });
  if (asked.status !== 202) throw new Error(`not assessed: ${JSON.stringify(asked.body)}`);
  return until('an assessment', async () => {
    const shown = await app.admin('GET', `/assessments/${requestId}`);
    return ['completed', 'failed'].includes(shown.body.status) && shown;
  });
}

export const propose = (
  ask: Ask,
  assessmentId: string | undefined,
  proposedActions: readonly object[],
  more: object = {},
): Promise<Answer> =>
  ask('POST', '/remediations/propose', {
    ...(assessmentId ? { assessmentId } : {}),
    issues: [],
    priority: 'high',
    proposedActions,
    ...more,
  });

export async function mint(ask: Ask, more: object = {}): Promise<string> {
  const { status, body } = await ask('POST', '/auth/approval-token', { reason: 'reviewed', ...more });
  if (status !== 200) throw new Error(`no token: ${JSON.stringify(body)}`);
  return body.approvalToken as string;
}

export const approve = (ask: Ask, proposalId: string, approvalToken?: string, more: object = {}): Promise<Answer> =>
  ask('POST', '/approvals', {
    approvalId: `approval-${randomUUID()}`,
    proposalId,
    decision: 'approved',
    reason: 'looks right',
    ...(approvalToken ? { approvalToken } : {}),
    ...more,
  });

export const execute = (ask: Ask, proposalId: string, approvalToken?: string, more: object = {}): Promise<Answer> =>
  ask('POST', '/remediations/execute', { proposalId, ...(approvalToken ? { approvalToken } : {}), ...more });

/** Waits until the execution has ended, and answers it. */
export const ended = (app: TestApp, executionId: string): Promise<Answer> =>
  until('the end of an execution', async () => {
    const shown = await app.admin('GET', `/remediations/execution/${executionId}`);
    return !['pending', 'running', 'rolling_back'].includes(shown.body.status) && shown;
  });

export const installAction = (serverName: string) => ({
  id: `install-${serverName}`,
  type: 'install_server',
  serverName,
  command: 'npx',
  args: ['-y', serverName],
  env: {},
});
export const removeAction = (serverName: string) => ({ id: `remove-${serverName}`, type: 'remove_server', serverName });
