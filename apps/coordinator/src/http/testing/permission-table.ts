import type { Channel } from '@mcp-coordinator/contract/realtime.contract';
import type { RouteName } from '@mcp-coordinator/contract/routes';
import { IDENTITIES, type Identity, type Subject } from './matrix-world.ts';

/** CONTRACT §2, line by line. */
export const MAY: Record<string, string> = {
  request_assessment: 'user admin machine',
  propose_remediation: 'user admin machine',
  view_results: 'user approver admin machine',
  approve_remediation: 'approver admin',
  execute_remediation: 'approver admin',
  view_audit: 'viewer approver admin',
  view_metrics: 'viewer approver admin',
  register_server: 'admin machine',
  manage_users: 'admin',
  manage_servers: 'admin',
  manage_alerts: 'admin',
  manage_policy: 'admin',
  break_glass: '',
};

/**
 * What everybody gets for a whole and valid call of every route: about something of their own, of somebody else, of nobody in
 * particular, or not there. A success is its status; 401, 403 and 404 are `unauthenticated`, `forbidden` and `not_found`;
 * any other refusal stands by its code. Written out anew: what is added to the contract must be added here.
 */
// route, what it is about, then: anonymous, viewer, user, approver, admin, machine
const TABLE = `
login                   –      200  200                    200                    200                    200                    200
refresh                 –      401  200                    200                    200                    200                    403
logout                  –      401  200                    200                    200                    200                    403
showPermissions         –      401  200                    200                    200                    200                    200
changePassword          –      401  200                    200                    200                    200                    403
mintApprovalToken       own    401  403                    403                    200                    200                    403
mintApprovalToken       other  401  403                    403                    200                    200                    403
mintApprovalToken       none   401  403                    403                    404                    404                    403
listApprovalTokens      –      401  403                    403                    200                    200                    403
revokeApprovalToken     own    401  403                    403                    200                    200                    403
revokeApprovalToken     other  401  403                    403                    404                    404                    403
revokeApprovalToken     none   401  403                    403                    404                    404                    403
showOwnApproverKeys     –      401  200                    200                    200                    200                    403
listApproverKeys        –      401  403                    403                    403                    200                    403
listUsers               –      401  403                    403                    403                    200                    403
createUser              –      401  403                    403                    403                    201                    403
updateUser              any    401  403                    403                    403                    200                    403
updateUser              none   401  403                    403                    403                    404                    403
listApiKeys             –      401  403                    403                    403                    200                    403
createApiKey            –      401  403                    403                    403                    201                    403
revokeApiKey            any    401  403                    403                    403                    200                    403
revokeApiKey            none   401  403                    403                    403                    404                    403
listSessions            –      401  200                    200                    200                    200                    403
endSession              own    401  200                    200                    200                    200                    403
endSession              other  401  404                    404                    404                    404                    403
endSession              none   401  404                    404                    404                    404                    403
endOtherSessions        –      401  200                    200                    200                    200                    403
endUserSessions         any    401  403                    403                    403                    200                    403
endUserSessions         none   401  403                    403                    403                    404                    403
showSecondFactors       –      401  200                    200                    200                    200                    403
beginSignIn             –      200  200                    200                    200                    200                    200
beginStepUp             –      401  404                    404                    404                    404                    403
beginTotp               –      401  200                    200                    200                    200                    403
confirmTotp             –      401  404                    404                    404                    404                    403
removeTotp              –      401  404                    404                    404                    404                    403
beginPasskey            –      401  200                    200                    200                    200                    403
addPasskey              –      401  second_factor_refused  second_factor_refused  second_factor_refused  second_factor_refused  403
renamePasskey           own    401  200                    200                    200                    200                    403
renamePasskey           other  401  404                    404                    404                    404                    403
renamePasskey           none   401  404                    404                    404                    404                    403
removePasskey           own    401  mfa_required           mfa_required           mfa_required           mfa_required           403
removePasskey           other  401  404                    404                    404                    404                    403
removePasskey           none   401  404                    404                    404                    404                    403
makeRecoveryCodes       –      401  404                    404                    404                    404                    403
resetSecondFactors      any    401  403                    403                    403                    200                    403
resetSecondFactors      none   401  403                    403                    403                    404                    403
registerServer          own    401  403                    403                    403                    200                    200
registerServer          other  401  403                    403                    403                    201                    key_bound_elsewhere
listServers             –      401  200                    200                    200                    200                    200
showServer              own    401  200                    200                    200                    200                    200
showServer              other  401  200                    200                    200                    200                    404
showServer              none   401  404                    404                    404                    404                    404
removeServer            any    401  403                    403                    403                    200                    403
removeServer            none   401  403                    403                    403                    404                    403
labelServer             any    401  403                    403                    403                    200                    403
labelServer             none   401  403                    403                    403                    404                    403
pingServer              own    401  200                    200                    200                    200                    200
pingServer              other  401  server_unreachable     server_unreachable     server_unreachable     server_unreachable     404
pingServer              none   401  404                    404                    404                    404                    404
pingServerPost          own    401  200                    200                    200                    200                    200
pingServerPost          other  401  server_unreachable     server_unreachable     server_unreachable     server_unreachable     404
pingServerPost          none   401  404                    404                    404                    404                    404
showConfiguration       own    401  403                    200                    200                    200                    200
showConfiguration       other  401  403                    404                    404                    404                    404
showConfiguration       none   401  403                    404                    404                    404                    404
syncConfiguration       own    401  403                    403                    403                    200                    200
syncConfiguration       other  401  403                    403                    403                    200                    key_bound_elsewhere
syncConfiguration       none   401  403                    403                    403                    404                    key_bound_elsewhere
requestAssessment       –      401  403                    202                    403                    202                    202
listAssessments         –      401  403                    200                    200                    200                    200
showAssessment          own    401  403                    200                    200                    200                    200
showAssessment          other  401  403                    200                    200                    200                    404
showAssessment          none   401  403                    404                    404                    404                    404
exportAssessmentReport  own    401  403                    200                    200                    200                    200
exportAssessmentReport  other  401  403                    200                    200                    200                    404
exportAssessmentReport  none   401  403                    404                    404                    404                    404
proposeRemediation      own    401  403                    201                    403                    201                    201
proposeRemediation      other  401  403                    201                    403                    201                    404
proposeRemediation      none   401  403                    404                    403                    404                    404
generateRemediation     own    401  403                    201                    403                    201                    201
generateRemediation     other  401  403                    201                    403                    201                    404
generateRemediation     none   401  403                    404                    403                    404                    404
listRemediations        –      401  403                    200                    200                    200                    200
showRemediation         own    401  403                    200                    200                    200                    200
showRemediation         other  401  403                    200                    200                    200                    404
showRemediation         none   401  403                    404                    404                    404                    404
decideApproval          own    401  403                    403                    200                    200                    403
decideApproval          other  401  403                    403                    200                    200                    403
decideApproval          none   401  403                    403                    404                    404                    403
listApprovals           –      401  403                    200                    200                    200                    403
showApprovalPolicy      –      401  403                    200                    200                    200                    200
changeApprovalPolicy    –      401  403                    403                    403                    200                    403
listPolicyChanges       –      401  403                    200                    200                    200                    403
showPolicyChange        any    401  403                    200                    200                    200                    403
showPolicyChange        none   401  403                    404                    404                    404                    403
executeRemediation      own    401  403                    403                    202                    202                    403
executeRemediation      other  401  403                    403                    202                    202                    403
executeRemediation      none   401  403                    403                    404                    404                    403
listExecutions          –      401  403                    200                    200                    200                    200
showExecution           own    401  403                    200                    200                    200                    200
showExecution           other  401  403                    200                    200                    200                    404
showExecution           none   401  403                    404                    404                    404                    404
cancelExecution         own    401  403                    403                    invalid_transition     invalid_transition     403
cancelExecution         other  401  403                    403                    invalid_transition     invalid_transition     403
cancelExecution         none   401  403                    403                    404                    404                    403
rollbackExecution       own    401  403                    403                    202                    202                    403
rollbackExecution       other  401  403                    403                    202                    202                    403
rollbackExecution       none   401  403                    403                    404                    404                    403
listAuditLogs           –      401  200                    403                    200                    200                    403
proveAuditLog           any    401  200                    403                    200                    200                    403
proveAuditLog           none   401  404                    403                    404                    404                    403
verifyAudit             –      401  200                    403                    200                    200                    403
showCheckpoint          –      401  200                    403                    200                    200                    403
exportAudit             –      401  200                    403                    200                    200                    403
proveConsistency        –      401  200                    403                    200                    200                    403
eraseAuditPayload       any    401  403                    403                    403                    200                    403
eraseAuditPayload       none   401  403                    403                    403                    404                    403
listAuditPrunings       –      401  200                    403                    200                    200                    403
requestAuditPruning     –      401  403                    403                    403                    202                    403
decideAuditPruning      any    401  403                    403                    403                    200                    403
decideAuditPruning      none   401  403                    403                    403                    404                    403
showSystemMetrics       –      401  200                    403                    200                    200                    403
showMetricsHistory      –      401  200                    403                    200                    200                    403
showAlertRules          –      401  200                    403                    200                    200                    403
replaceAlertRules       –      401  403                    403                    403                    200                    403
testAlertRule           –      401  200                    403                    200                    200                    403
createSilence           –      401  403                    403                    403                    201                    403
listSilences            –      401  200                    403                    200                    200                    403
endSilence              any    401  403                    403                    403                    200                    403
endSilence              none   401  403                    403                    403                    404                    403
showAlertChannels       –      401  403                    403                    403                    200                    403
replaceAlertChannels    –      401  403                    403                    403                    200                    403
testAlertChannel        any    401  403                    403                    403                    200                    403
testAlertChannel        none   401  403                    403                    403                    404                    403
listAlertNotifications  –      401  200                    403                    200                    200                    403
retryAlertNotification  any    401  403                    403                    403                    200                    403
retryAlertNotification  none   401  403                    403                    403                    404                    403
listAlerts              –      401  200                    403                    200                    200                    403
acknowledgeAlert        any    401  403                    403                    403                    200                    403
acknowledgeAlert        none   401  403                    403                    403                    404                    403
`;

/** Channels of `/ws`. */
export const CHANNEL_TABLE: Record<Channel, string> = {
  assessments: 'user approver admin',
  remediations: 'user approver admin',
  approvals: 'user approver admin',
  executions: 'user approver admin',
  servers: 'viewer user approver admin',
  alerts: 'viewer approver admin',
  metrics: 'viewer approver admin',
  audit: 'viewer approver admin',
};
/** The link of a server that dials in: a server's own machine alone. */
export const LINK_TABLE: Record<'own' | 'other', Record<Identity, string>> = {
  own: { anonymous: '401', viewer: '403', user: '403', approver: '403', admin: '403', machine: 'opens' },
  other: { anonymous: '401', viewer: '403', user: '403', approver: '403', admin: '403', machine: '403' },
};

interface Row {
  readonly name: RouteName;
  readonly subject: Subject;
  readonly cells: Record<Identity, string>;
}
export const ROWS = TABLE.trim()
  .split('\n')
  .map((line): Row => {
    const [name, subject, ...cells] = line.trim().split(/ +/);
    const byIdentity = Object.fromEntries(IDENTITIES.map((identity, index) => [identity, cells[index]]));
    return { name: name as RouteName, subject: subject as Subject, cells: byIdentity as Row['cells'] };
  });
