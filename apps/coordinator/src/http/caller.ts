import type { Permission, Role } from '@mcp-coordinator/contract/permissions';
import type { ServerKind } from '@mcp-coordinator/contract/servers.contract';

/** Who is asking, once the credential was checked. `actor` is the name in the audit log. */
export interface Person {
  readonly kind: 'person';
  readonly actor: string;
  readonly userId: number;
  readonly username: string;
  readonly role: Role;
  readonly sessionId: string;
  /** Which link of the session's chain of tokens was sent: a refresh takes the newest. */
  readonly refreshId?: string;
  readonly permissions: ReadonlySet<Permission>;
}

export interface Machine {
  readonly kind: 'machine';
  readonly actor: string;
  readonly keyId: string;
  readonly name: string;
  readonly serverId: string;
  readonly serverKind: ServerKind;
  /** Counts as the proposer of what the key proposes. */
  readonly ownerId: number;
  readonly ownerUsername: string;
  /** Who made the key, for whomever: counts as the proposer too. */
  readonly madeById: number | null;
  readonly permissions: ReadonlySet<Permission>;
}

export interface Anonymous {
  readonly kind: 'anonymous';
  readonly actor: 'anonymous';
}

export type Caller = Person | Machine;
export const ANONYMOUS: Anonymous = { kind: 'anonymous', actor: 'anonymous' };

export const may = (caller: Caller | Anonymous, permission: Permission): boolean =>
  caller.kind !== 'anonymous' && caller.permissions.has(permission);
