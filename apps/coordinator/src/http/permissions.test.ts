import type { RouteDefinition } from '@mcp-coordinator/contract/route';
import { type RouteName, routes } from '@mcp-coordinator/contract/routes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ask, startTestApp, type TestApp } from '../testing/harness.ts';
import { expectProblem } from '../testing/problems.ts';

const WHO = ['admin', 'user', 'approver', 'viewer', 'machine'] as const;
type Who = (typeof WHO)[number];

/** CONTRACT §2, line by line. */
const MAY: Record<string, string> = {
  request_assessment: 'admin user machine',
  propose_remediation: 'admin user machine',
  view_results: 'admin user approver machine',
  approve_remediation: 'admin approver',
  execute_remediation: 'admin approver',
  view_audit: 'admin approver viewer',
  view_metrics: 'admin approver viewer',
  register_server: 'admin machine',
  manage_users: 'admin',
  manage_servers: 'admin',
  manage_alerts: 'admin',
  manage_policy: 'admin',
  break_glass: '',
};
const EVERYONE = 'admin user approver viewer machine';
const PEOPLE = 'admin user approver viewer';

/** Who may call what, written out anew: a route that is added must be added here. */
const ROUTES: Record<RouteName, string> = {
  login: 'public',
  refresh: PEOPLE,
  logout: PEOPLE,
  showPermissions: EVERYONE,
  changePassword: PEOPLE,
  mintApprovalToken: 'admin approver',
  listApprovalTokens: 'admin approver',
  revokeApprovalToken: 'admin approver',
  showSecondFactors: PEOPLE,
  beginSignIn: 'public',
  beginStepUp: PEOPLE,
  listSessions: PEOPLE,
  endSession: PEOPLE,
  beginTotp: PEOPLE,
  confirmTotp: PEOPLE,
  removeTotp: PEOPLE,
  beginPasskey: PEOPLE,
  addPasskey: PEOPLE,
  renamePasskey: PEOPLE,
  removePasskey: PEOPLE,
  makeRecoveryCodes: PEOPLE,
  resetSecondFactors: 'admin',
  endUserSessions: 'admin',
  endOtherSessions: PEOPLE,
  showOwnApproverKeys: PEOPLE,
  listApproverKeys: 'admin',
  listUsers: 'admin',
  createUser: 'admin',
  updateUser: 'admin',
  listApiKeys: 'admin',
  createApiKey: 'admin',
  revokeApiKey: 'admin',
  registerServer: 'admin machine',
  // `view_metrics` comes with the servers' status.
  listServers: EVERYONE,
  showServer: EVERYONE,
  pingServer: EVERYONE,
  pingServerPost: EVERYONE,
  removeServer: 'admin',
  showConfiguration: 'admin user approver machine',
  syncConfiguration: 'admin machine',
  requestAssessment: 'admin user machine',
  listAssessments: 'admin user approver machine',
  showAssessment: 'admin user approver machine',
  exportAssessmentReport: 'admin user approver machine',
  proposeRemediation: 'admin user machine',
  generateRemediation: 'admin user machine',
  listRemediations: 'admin user approver machine',
  showRemediation: 'admin user approver machine',
  decideApproval: 'admin approver',
  listApprovals: 'admin user approver',
  showApprovalPolicy: 'admin user approver machine',
  changeApprovalPolicy: 'admin',
  listPolicyChanges: 'admin user approver',
  showPolicyChange: 'admin user approver',
  executeRemediation: 'admin approver',
  cancelExecution: 'admin approver',
  rollbackExecution: 'admin approver',
  listExecutions: 'admin user approver machine',
  showExecution: 'admin user approver machine',
  listAuditLogs: 'admin approver viewer',
  proveAuditLog: 'admin approver viewer',
  verifyAudit: 'admin approver viewer',
  showCheckpoint: 'admin approver viewer',
  exportAudit: 'admin approver viewer',
  showSystemMetrics: 'admin approver viewer',
  showMetricsHistory: 'admin approver viewer',
  showAlertRules: 'admin approver viewer',
  replaceAlertRules: 'admin',
  testAlertRule: 'admin approver viewer',
  listAlerts: 'admin approver viewer',
  acknowledgeAlert: 'admin',
  createSilence: 'admin',
  listSilences: 'admin approver viewer',
  endSilence: 'admin',
  showAlertChannels: 'admin',
  replaceAlertChannels: 'admin',
  testAlertChannel: 'admin',
  listAlertNotifications: 'admin approver viewer',
  retryAlertNotification: 'admin',
};
const names = Object.keys(routes) as RouteName[];
/** Last, since it ends the session that asks. */
const inOrder = [...names.filter((name) => name !== 'logout'), 'logout' as const];

let app: TestApp;
const asks = {} as Record<Who, Ask>;
beforeAll(async () => {
  app = await startTestApp();
  for (const role of ['admin', 'user', 'approver', 'viewer'] as const) asks[role] = (await app.person(role)).ask;
  asks.machine = app.as((await app.machineKey('installer', 'machine-1')).key);
});
afterAll(() => app.close());

/** A call that is permitted and comes to nothing: a body that does not fit, or a subject that is not there. */
const call = (ask: Ask, name: RouteName) => {
  const route: RouteDefinition = routes[name];
  const path = route.path.replace(':id', route.path.startsWith('/users/') ? '999999' : 'nobody-1');
  return ask(route.method, path, route.body ? { nonsense: true } : undefined);
};

it('the table names every route of the contract', () => {
  expect(Object.keys(ROUTES).sort()).toEqual([...names].sort());
});

describe.each(WHO)('%s', (who) => {
  it('has the permissions of CONTRACT §2', async () => {
    const { body } = await asks[who]('GET', '/auth/permissions');
    expect(body.role).toBe(who);
    const mine = Object.keys(MAY).filter((permission) => MAY[permission]?.split(' ').includes(who));
    expect([...body.permissions].sort()).toEqual(mine.sort());
  });

  it.each(inOrder)('%s', async (name) => {
    const allowed = ROUTES[name] === 'public' || ROUTES[name].split(' ').includes(who);
    const answer = await call(asks[who], name);
    if (!allowed) return expectProblem(answer, 'forbidden');
    expect(answer.body.code, JSON.stringify(answer.body)).not.toBe('forbidden');
    expect([401, 403, 500]).not.toContain(answer.status === 401 && name === 'login' ? 422 : answer.status);
  });
});

describe('without a credential', () => {
  it.each(names)('%s', async (name) => {
    if (ROUTES[name] === 'public') return expectProblem(await call(app.anyone, name), 'invalid_request');
    expectProblem(await call(app.anyone, name), 'unauthenticated');
    const fake = app.as('mcpk_0000000000000000000000000000000000000000000');
    expectProblem(await call(fake, name), 'unauthenticated');
  });

  it('two credentials at once are not one', async () => {
    const answer = await app.anyone('GET', '/users', undefined, {
      'x-api-key': 'mcpk_nonsense',
      authorization: `Bearer ${app.adminToken}`,
    });
    expect([200, 401]).toContain(answer.status);
  });
});

it('a refusal leaves a record of who tried what, and changes nothing', async () => {
  const viewer = await app.person('viewer');
  const before = await app.admin('GET', '/users?limit=200');
  expectProblem(
    await viewer.ask('POST', '/users', { username: 'mine', password: 'a good long password 1', role: 'admin' }),
    'forbidden',
  );
  expect((await app.admin('GET', '/users?limit=200')).body).toEqual(before.body);
  const { body } = await app.admin('GET', `/audit/logs?actor=${viewer.username}&result=denied`);
  expect(body.logs).toMatchObject([
    { action: 'access_denied', target: '/api/v1/users', details: { route: 'createUser', code: 'forbidden' } },
  ]);
  expect(JSON.stringify(body.logs)).not.toContain('a good long password');
});
