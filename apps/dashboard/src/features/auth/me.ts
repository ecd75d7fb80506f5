import type { Permission } from '@mcp-coordinator/contract/permissions';
import { useSuspenseQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';

export interface Me {
  username: string;
  role: string;
  permissions: readonly Permission[];
}

/** Who looks at the page. The shell has asked before anything below it is shown. */
export const useMe = (): Me => useSuspenseQuery({ ...ask('showPermissions', {}), staleTime: 60_000 }).data;

const DEEDS: Record<Permission, string> = {
  request_assessment: 'request assessments',
  propose_remediation: 'propose changes',
  view_results: 'see assessments, proposals and servers',
  approve_remediation: 'approve or reject',
  execute_remediation: 'run changes',
  view_audit: 'see the audit log',
  view_metrics: 'see the state of the system',
  register_server: 'register servers',
  manage_users: 'manage people',
  manage_servers: 'manage servers and keys',
  manage_alerts: 'change alerts',
  manage_policy: 'change the approval policy',
  break_glass: 'break the glass',
};

export const may = (me: Me, ...anyOf: readonly Permission[]): boolean =>
  anyOf.some((permission) => me.permissions.includes(permission));

/** Why a button is off for this person; undefined when it is not. */
export const missing = (me: Me, permission: Permission): string | undefined =>
  may(me, permission)
    ? undefined
    : `Your role ${me.role} may not ${DEEDS[permission]}. An admin can give you a role that may.`;
