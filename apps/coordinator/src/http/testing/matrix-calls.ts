import { randomUUID } from 'node:crypto';
import { ALERT_ACTIONS } from '@mcp-coordinator/contract/monitoring.contract';
import type { RouteName } from '@mcp-coordinator/contract/routes';
import { installAction } from '../../testing/change-road.ts';

export const MACHINE = 'machine-1';
export const NOBODY = 'nobody-1';
export const TOOLS = ['install_server', 'remove_server', 'generate_config'];
export const FILE = {
  ...{ installerId: MACHINE, client: 'kilocode', scope: 'project' },
  path: '/home/person/.kilocode/mcp.json',
};
export const passwordOf = (username: string): string => `a password for ${username} 1`;

export type Kind =
  | 'server'
  | 'newServer'
  | 'removable'
  | 'assessment'
  | 'proposal'
  | 'approved'
  | 'waiting'
  | 'executed'
  | 'token'
  | 'passkey'
  | 'session'
  | 'user'
  | 'key'
  | 'alert'
  | 'silence'
  | 'channel'
  | 'notification'
  | 'policyChange'
  | 'log'
  | 'pruning';

/** What a route is about: the `:id` of its path, or the field of its body that names something. */
export const SUBJECT_OF: Partial<Record<RouteName, Kind>> = {
  revokeApprovalToken: 'token',
  mintApprovalToken: 'proposal',
  endSession: 'session',
  endUserSessions: 'user',
  renamePasskey: 'passkey',
  removePasskey: 'passkey',
  resetSecondFactors: 'user',
  updateUser: 'user',
  revokeApiKey: 'key',
  registerServer: 'newServer',
  showServer: 'server',
  pingServer: 'server',
  pingServerPost: 'server',
  removeServer: 'removable',
  labelServer: 'removable',
  showConfiguration: 'server',
  syncConfiguration: 'server',
  showAssessment: 'assessment',
  exportAssessmentReport: 'assessment',
  proposeRemediation: 'assessment',
  generateRemediation: 'assessment',
  showRemediation: 'proposal',
  decideApproval: 'proposal',
  showPolicyChange: 'policyChange',
  executeRemediation: 'approved',
  showExecution: 'waiting',
  cancelExecution: 'waiting',
  rollbackExecution: 'executed',
  proveAuditLog: 'log',
  eraseAuditPayload: 'log',
  decideAuditPruning: 'pruning',
  acknowledgeAlert: 'alert',
  endSilence: 'silence',
  testAlertChannel: 'channel',
  retryAlertNotification: 'notification',
};

/** Kinds that belong to somebody; everybody who may see the others sees them all. */
export const OWNED: ReadonlySet<Kind> = new Set([
  ...([
    'server',
    'newServer',
    'assessment',
    'proposal',
    'approved',
    'waiting',
    'executed',
    'token',
    'passkey',
    'session',
  ] as const),
]);

/** Calls that end sessions or change how one signs in: made by somebody who is not asked again. */
export const BY_SOMEBODY_ELSE: ReadonlySet<RouteName> = new Set([
  ...(['refresh', 'logout', 'changePassword', 'beginTotp', 'confirmTotp', 'removeTotp', 'beginPasskey'] as const),
  ...(['endSession', 'endOtherSessions', 'addPasskey', 'renamePasskey', 'removePasskey', 'makeRecoveryCodes'] as const),
]);

/** Calls that use up what they are about, or are about it only once. */
export const USES_UP: ReadonlySet<RouteName> = new Set([
  ...(['revokeApprovalToken', 'revokeApiKey', 'removeServer', 'updateUser', 'decideApproval'] as const),
  ...([
    'executeRemediation',
    'cancelExecution',
    'rollbackExecution',
    'acknowledgeAlert',
    'endSilence',
    'retryAlertNotification',
  ] as const),
]);

export interface Asker {
  readonly id: string;
  readonly username: string;
  /** Of an approval of this very proposal by the caller, where the call takes one and the caller may have one. */
  readonly approvalToken: () => Promise<string | undefined>;
  /** Of the machine as it reported it; of another one nothing. */
  readonly inventory: () => Promise<object>;
  /** Another one than is in force. */
  readonly policy: () => Promise<object>;
}
export const SILENCE = {
  server: 'somewhere',
  reason: 'being moved',
  endsAt: new Date(Date.now() + 3_600_000).toISOString(),
};
const routesOfAlerts = Object.fromEntries(ALERT_ACTIONS.map((action) => [action, []]));
export const CHANNELS_OF_ALERTS = {
  channels: [{ kind: 'email', name: 'mail', to: ['person@example.com'] }],
  routes: routesOfAlerts,
  repeatHours: null,
};
type MakeBody = (asker: Asker) => unknown;

const nothing: MakeBody = () => undefined;
const reason = { reason: 'looked at it' };
const password: MakeBody = ({ username }) => ({ password: passwordOf(username) });
const action = () => ({ ...installAction(`new-${randomUUID().slice(0, 8)}`), target: FILE });

/** The body of one whole and valid call of each route; where a query must be there it is in `QUERY_OF`. */
export const BODY_OF: Record<RouteName, MakeBody> = {
  login: ({ username }) => ({ username, password: passwordOf(username) }),
  refresh: nothing,
  logout: nothing,
  showPermissions: nothing,
  changePassword: ({ username }) => ({ currentPassword: passwordOf(username), newPassword: 'kelp-forest-umbrella' }),
  mintApprovalToken: ({ id }) => ({ ...reason, proposalId: id }),
  listApprovalTokens: nothing,
  revokeApprovalToken: nothing,
  listSessions: nothing,
  endSession: nothing,
  endOtherSessions: nothing,
  endUserSessions: nothing,
  showSecondFactors: nothing,
  beginSignIn: ({ username }) => ({ username, password: passwordOf(username) }),
  beginStepUp: () => ({ purpose: 'manage_factors' }),
  beginTotp: password,
  confirmTotp: () => ({ otp: '000000' }),
  removeTotp: password,
  beginPasskey: password,
  addPasskey: () => ({ name: 'a key', registration: REGISTRATION }),
  renamePasskey: () => ({ name: 'another name' }),
  removePasskey: password,
  makeRecoveryCodes: password,
  resetSecondFactors: () => ({}),
  showOwnApproverKeys: nothing,
  listApproverKeys: nothing,
  listUsers: nothing,
  createUser: () => ({ username: `new-${randomUUID()}`, password: 'kelp-forest-umbrella', role: 'viewer' }),
  updateUser: () => ({ role: 'user' }),
  listApiKeys: nothing,
  createApiKey: () => ({ name: `new-${randomUUID()}`, kind: 'installer', serverId: 'somewhere' }),
  revokeApiKey: nothing,
  registerServer: ({ id }) => ({ installerId: id, version: '1', capabilities: TOOLS, nonce: 'n'.repeat(43) }),
  listServers: nothing,
  showServer: nothing,
  pingServer: nothing,
  pingServerPost: nothing,
  removeServer: nothing,
  labelServer: () => ({ labels: ['floor-2'] }),
  showConfiguration: nothing,
  syncConfiguration: ({ inventory }) => inventory(),
  requestAssessment: () => ({
    requestId: `asked-${randomUUID()}`,
    assessmentType: 'compliance',
    targetServers: ['postgres'],
  }),
  listAssessments: nothing,
  showAssessment: nothing,
  exportAssessmentReport: nothing,
  proposeRemediation: ({ id }) => ({ assessmentId: id, issues: [], priority: 'high', proposedActions: [action()] }),
  generateRemediation: ({ id }) => ({ assessmentId: id }),
  listRemediations: nothing,
  showRemediation: nothing,
  decideApproval: async ({ id, approvalToken }) => ({
    ...{ approvalId: `a-${randomUUID()}`, proposalId: id, decision: 'approved', ...reason },
    approvalToken: await approvalToken(),
  }),
  listApprovals: nothing,
  showApprovalPolicy: nothing,
  changeApprovalPolicy: async ({ policy }) => ({ policy: await policy(), ...reason }),
  listPolicyChanges: nothing,
  showPolicyChange: nothing,
  executeRemediation: async ({ id, approvalToken }) => ({ proposalId: id, approvalToken: await approvalToken() }),
  cancelExecution: () => reason,
  rollbackExecution: () => reason,
  listExecutions: nothing,
  showExecution: nothing,
  listAuditLogs: nothing,
  proveAuditLog: nothing,
  verifyAudit: nothing,
  showCheckpoint: nothing,
  exportAudit: nothing,
  proveConsistency: nothing,
  eraseAuditPayload: () => reason,
  listAuditPrunings: nothing,
  requestAuditPruning: () => ({ before: '2000-01-01T00:00:00.000Z', ...reason }),
  decideAuditPruning: () => ({ decision: 'rejected', ...reason }),
  showSystemMetrics: nothing,
  showMetricsHistory: nothing,
  showAlertRules: nothing,
  replaceAlertRules: () => ({ critical: [], warning: [{ condition: 'cpu_usage > 90', action: 'notify_admin' }] }),
  testAlertRule: () => ({ condition: 'cpu_usage > 90' }),
  createSilence: () => SILENCE,
  listSilences: nothing,
  endSilence: nothing,
  showAlertChannels: nothing,
  replaceAlertChannels: () => CHANNELS_OF_ALERTS,
  testAlertChannel: nothing,
  listAlertNotifications: nothing,
  retryAlertNotification: nothing,
  listAlerts: nothing,
  acknowledgeAlert: nothing,
};

export const QUERY_OF: Partial<Record<RouteName, string>> = { showMetricsHistory: '?metric=cpu_usage' };

/** The shape of a browser's answer, for no challenge of ours. */
const REGISTRATION = {
  ...{ id: 'AAAA', rawId: 'AAAA', type: 'public-key', clientExtensionResults: {} },
  response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' },
};
