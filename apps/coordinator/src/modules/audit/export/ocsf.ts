import type { AuditLog } from '@mcp-coordinator/contract/audit.contract';

/** Audit records as events of the Open Cybersecurity Schema Framework 1.3. */

const AUTHENTICATION = { category: 3, class: 3002 };
const ACCOUNT_CHANGE = { category: 3, class: 3001 };
const API_ACTIVITY = { category: 6, class: 6003 };
const OTHER = 99;

interface Kind {
  readonly category: number;
  readonly class: number;
  readonly activity: number;
}

/** Logon 1, logoff 2; account: create 1, password change 3; API: create 1, read 2, update 3, delete 4. */
function kindOf(action: AuditLog['action']): Kind {
  if (action.startsWith('login_')) return { ...AUTHENTICATION, activity: 1 };
  if (action === 'session_ended') return { ...AUTHENTICATION, activity: 2 };
  if (action === 'session_refreshed') return { ...AUTHENTICATION, activity: OTHER };
  if (action === 'user_created' || action === 'admin_seeded') return { ...ACCOUNT_CHANGE, activity: 1 };
  if (action === 'password_changed') return { ...ACCOUNT_CHANGE, activity: 3 };
  if (action === 'user_updated') return { ...ACCOUNT_CHANGE, activity: OTHER };
  return { ...API_ACTIVITY, activity: apiActivity(action) };
}

function apiActivity(action: string): number {
  if (/_(created|minted|registered|requested|proposed|seeded)$/.test(action)) return 1;
  if (action.endsWith('_exported')) return 2;
  if (/_(changed|synced|updated|granted|rejected|approved|acknowledged|superseded)$/.test(action)) return 3;
  if (/_(revoked|removed)$/.test(action)) return 4;
  return OTHER;
}

const SUCCESS = { status_id: 1, status: 'Success', severity_id: 1, severity: 'Informational' };
const FAILURE = { status_id: 2, status: 'Failure', severity_id: 3, severity: 'Medium' };

export function ocsfOf(log: AuditLog): Record<string, unknown> {
  const kind = kindOf(log.action);
  const user = { name: log.actor };
  return {
    category_uid: kind.category,
    class_uid: kind.class,
    activity_id: kind.activity,
    type_uid: kind.class * 100 + kind.activity,
    ...(kind.activity === OTHER ? { activity_name: log.action } : {}),
    time: Date.parse(log.timestamp),
    ...(log.result === 'success' ? SUCCESS : FAILURE),
    status_detail: log.result,
    message: `${log.action} ${log.target}`,
    actor: { user },
    ...subjectOf(kind, log),
    metadata: {
      version: '1.3.0',
      uid: log.id,
      log_name: 'audit_logs',
      product: { name: 'MCP Integration Coordinator', vendor_name: 'mcp-coordinator' },
      ...(log.requestId === null ? {} : { correlation_uid: log.requestId }),
      ...(log.leafIndex === null ? {} : { sequence: log.leafIndex }),
    },
    unmapped: { action: log.action, target: log.target, details: log.details },
  };
}

/** What each class asks for beside the common part. */
function subjectOf(kind: Kind, log: AuditLog): Record<string, unknown> {
  if (kind.class === AUTHENTICATION.class) return { user: { name: log.actor }, service: { name: 'mcp-coordinator' } };
  if (kind.class === ACCOUNT_CHANGE.class) return { user: { name: log.target } };
  const address = log.details['address'];
  return {
    api: { operation: log.action, ...(log.requestId === null ? {} : { request: { uid: log.requestId } }) },
    src_endpoint: typeof address === 'string' ? { ip: address } : { name: 'unknown' },
    resources: [{ name: log.target }],
  };
}
