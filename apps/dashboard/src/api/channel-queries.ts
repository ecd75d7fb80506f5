import type { Channel } from '@mcp-coordinator/contract/realtime.contract';
import type { RouteName } from '@mcp-coordinator/contract/routes';

/**
 * Which reads an event of a channel makes old. The audit log is not among them: it is read from the top and would move under
 * the reader; its page offers new records instead.
 */
export const CHANNEL_QUERIES: Record<Channel, readonly RouteName[]> = {
  assessments: ['listAssessments', 'showAssessment'],
  remediations: ['listRemediations', 'showRemediation'],
  approvals: [
    'showApprovalPolicy',
    'listPolicyChanges',
    'listApprovals',
    'listRemediations',
    'showRemediation',
    'listAssessments',
    'showAssessment',
  ],
  executions: ['listExecutions', 'showExecution', 'listRemediations', 'showRemediation'],
  servers: ['listServers', 'showServer', 'showConfiguration'],
  alerts: ['listAlerts', 'showAlertRules', 'listSilences', 'showAlertChannels', 'listAlertNotifications'],
  metrics: ['showSystemMetrics', 'showMetricsHistory'],
  audit: [],
};
