import type { AlertRules } from '@mcp-coordinator/contract/monitoring.contract';

/** The example of INTEGRATION_DOCUMENTATION.md "Alert Configuration": in force until somebody replaces it. */
export const DEFAULT_ALERT_RULES: AlertRules = {
  critical: [
    { condition: 'cpu_usage > 90', action: 'notify_admin' },
    { condition: 'memory_usage > 85', action: 'notify_team' },
    { condition: 'disk_usage > 95', action: 'emergency_alert' },
  ],
  warning: [
    { condition: 'error_rate > 5', action: 'log_warning' },
    { condition: 'response_time > 1000', action: 'log_warning' },
  ],
};
