import {
  MACHINE_PERMISSIONS,
  type Permission,
  ROLE_PERMISSIONS,
  type Role,
} from '@mcp-coordinator/contract/permissions';
import type { Machine, Person } from '../../http/caller.ts';
import type { StoredKey } from './api-keys.store.ts';
import type { StoredSession } from './sessions.store.ts';

const permissionsOf = (permissions: readonly Permission[]): ReadonlySet<Permission> => new Set(permissions);
const BY_ROLE: Record<Role, ReadonlySet<Permission>> = {
  admin: permissionsOf(ROLE_PERMISSIONS.admin),
  user: permissionsOf(ROLE_PERMISSIONS.user),
  approver: permissionsOf(ROLE_PERMISSIONS.approver),
  viewer: permissionsOf(ROLE_PERMISSIONS.viewer),
};
const OF_MACHINES = permissionsOf(MACHINE_PERMISSIONS);

/** What a role may do is read from the table each time, never kept with the account. */
export const personOf = (session: StoredSession, refreshId: string): Person => ({
  kind: 'person',
  actor: session.username,
  userId: session.userId,
  username: session.username,
  role: session.role,
  sessionId: session.id,
  refreshId,
  permissions: BY_ROLE[session.role],
});

export const machineOf = (key: StoredKey): Machine => ({
  kind: 'machine',
  actor: `key:${key.name}`,
  keyId: key.id,
  name: key.name,
  serverId: key.serverId,
  serverKind: key.kind,
  ownerId: key.ownerId,
  ownerUsername: key.owner,
  madeById: key.madeById,
  permissions: OF_MACHINES,
});
