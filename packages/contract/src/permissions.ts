import { z } from 'zod';

/** The permissions of CONTRACT §2. `break_glass` belongs to nobody until it is switched on. */
export const PERMISSIONS = [
  'request_assessment',
  'propose_remediation',
  'view_results',
  'approve_remediation',
  'execute_remediation',
  'view_audit',
  'view_metrics',
  'register_server',
  'manage_users',
  'manage_servers',
  'manage_alerts',
  'manage_policy',
  'break_glass',
] as const;
export const permissionSchema = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof permissionSchema>;

export const ROLES = ['admin', 'user', 'approver', 'viewer'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** What each role may do; a test holds it against the table of CONTRACT §2. */
export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  admin: PERMISSIONS.filter((permission) => permission !== 'break_glass'),
  user: ['request_assessment', 'propose_remediation', 'view_results'],
  approver: ['view_results', 'approve_remediation', 'execute_remediation', 'view_audit', 'view_metrics'],
  viewer: ['view_audit', 'view_metrics'],
};

/** Roles whose approvals can count; a test holds it against the table above. */
export const APPROVING_ROLES = ['admin', 'approver'] as const;
export type ApprovingRole = (typeof APPROVING_ROLES)[number];

/** What a machine key may do, and that only about its own server (CONTRACT §2). */
export const MACHINE_PERMISSIONS: readonly Permission[] = [
  'request_assessment',
  'propose_remediation',
  'view_results',
  'register_server',
];
