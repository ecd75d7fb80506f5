import type { Role } from '@mcp-coordinator/contract/permissions';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '../result.ts';

export interface UserStanding {
  readonly username: string;
  readonly role: Role;
  readonly disabled: boolean;
}

export interface UserWish {
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
  /** Whether a new password is part of it. */
  readonly password: boolean;
}

/** Why sessions end, as it is stored; null leaves them open. */
export type SessionEndReason =
  | 'logged_out'
  | 'password_changed'
  | 'role_changed'
  | 'user_disabled'
  | 'second_factor_changed'
  | 'token_reused'
  | 'ended_by_owner'
  | 'ended_by_admin'
  | 'keys_rotated'
  | 'restored'
  | 'recovered';

export interface UserChange {
  readonly role: Role;
  readonly disabled: boolean;
  readonly roleChanged: boolean;
  /** Names of the fields that differ, for the audit record. */
  readonly changed: readonly ('role' | 'disabled' | 'password')[];
  readonly endsSessions: SessionEndReason | null;
}

/**
 * What a change of an account comes to. `otherActiveAdmins` must be counted under a lock: `last_admin` when the change
 * would leave nobody who can manage users.
 */
export function decideUserUpdate(
  user: UserStanding,
  wish: UserWish,
  otherActiveAdmins: number,
): Result<UserChange, Refusal<'last_admin'>> {
  const role = wish.role ?? user.role;
  const disabled = wish.disabled ?? user.disabled;
  const wasAdmin = user.role === 'admin' && !user.disabled;
  const staysAdmin = role === 'admin' && !disabled;
  if (wasAdmin && !staysAdmin && otherActiveAdmins === 0) {
    return deny(
      refuse('last_admin', `${user.username} is the last active admin and was not changed; make another admin first.`),
    );
  }
  const roleChanged = role !== user.role;
  const disabledChanged = disabled !== user.disabled;
  return accept({
    role,
    disabled,
    roleChanged,
    changed: [
      ...(roleChanged ? (['role'] as const) : []),
      ...(disabledChanged ? (['disabled'] as const) : []),
      ...(wish.password ? (['password'] as const) : []),
    ],
    endsSessions: endReason(disabled && disabledChanged, roleChanged, wish.password),
  });
}

function endReason(nowDisabled: boolean, roleChanged: boolean, password: boolean): SessionEndReason | null {
  if (nowDisabled) return 'user_disabled';
  if (roleChanged) return 'role_changed';
  return password ? 'password_changed' : null;
}
