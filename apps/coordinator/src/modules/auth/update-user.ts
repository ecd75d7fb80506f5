import type { User } from '@mcp-coordinator/contract/auth.contract';
import type { Role } from '@mcp-coordinator/contract/permissions';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { decideUserUpdate, type UserChange } from '@mcp-coordinator/core/auth/decide-user-update';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../db/schema.ts';
import type { Person } from '../../http/caller.ts';
import type { CredentialSignal } from './credential-signal.ts';
import { clearAccountFailures } from './login-limits.ts';
import { checkNewPassword, type WeakPassword } from './new-password.ts';
import { type Crowded, hashInTurn, type PasswordHashing } from './password-hashing.ts';
import type { GivenFactor } from './second-factors/check-factor.ts';
import { type StepUpDeps, type StepUpRefusal, withStepUp } from './second-factors/step-up.ts';
import { endSessions } from './sessions.store.ts';
import { readUser } from './user-views.store.ts';
import { findAccountById, lockWithAdmins, type StoredAccount, saveUser } from './users.store.ts';

export interface UpdateUserDeps extends StepUpDeps {
  passwords: PasswordHashing;
  signal: CredentialSignal;
}

export interface UpdateUserRequest extends GivenFactor {
  readonly caller: Person;
  readonly id: number;
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
  readonly password?: string | undefined;
  readonly address: string;
  readonly requestId: string;
}

type ChangeRefusal = Refusal<'not_found' | 'last_admin'>;
type UpdateUserRefusal = ChangeRefusal | WeakPassword | Crowded | StepUpRefusal;

/** What the column holds; the database would call a larger one an error. */
const INTEGER_MAX = 2 ** 31 - 1;
const NO_SUCH_USER = refuse('not_found', 'There is no account with this id.');

export async function updateUser(
  deps: UpdateUserDeps,
  request: UpdateUserRequest,
): Promise<Result<User, UpdateUserRefusal>> {
  if (request.id > INTEGER_MAX) return deny(NO_SUCH_USER);
  const hashed = await hashNewPassword(deps, request);
  if (!hashed.ok) return hashed;
  const { caller, address, requestId } = request;
  const under = { person: caller, given: request, subject: null, address, requestId };
  const updated = await withStepUp<User, ChangeRefusal>(deps, 'manage_users', under, async (tx) => {
    const locked = await lockWithAdmins(tx, request.id);
    const user = locked.find((account) => account.id === request.id);
    if (!user) return deny(NO_SUCH_USER);
    const others = locked.filter((account) => account.id !== user.id && account.role === 'admin' && !account.disabled);
    const wish = { role: request.role, disabled: request.disabled, password: hashed.value !== undefined };
    const decided = decideUserUpdate(user, wish, others.length);
    if (!decided.ok) return decided;
    if (decided.value.changed.length > 0) await save(deps, tx, request, user, decided.value, hashed.value);
    return accept(await readUser(tx, user.id));
  });
  if (updated.ok) deps.signal.raise();
  return updated;
}

async function hashNewPassword(
  deps: UpdateUserDeps,
  { id, password }: UpdateUserRequest,
): Promise<Result<string | undefined, UpdateUserRefusal>> {
  if (password === undefined) return accept(undefined);
  const user = await findAccountById(deps.db, id);
  if (!user) return deny(NO_SUCH_USER);
  const acceptable = checkNewPassword('password', password, user.username);
  return acceptable.ok ? hashInTurn(deps.passwords, password) : acceptable;
}

async function save(
  deps: UpdateUserDeps,
  tx: Tx,
  request: UpdateUserRequest,
  user: StoredAccount,
  change: UserChange,
  passwordHash: string | undefined,
): Promise<void> {
  const now = deps.clock();
  const enabled = user.disabled && !change.disabled;
  const lets = user.id !== request.caller.userId && (enabled || passwordHash !== undefined);
  await saveUser(tx, user.id, {
    ...{ role: change.role, disabled: change.disabled, passwordHash },
    ...(change.roleChanged ? { roleChange: { at: now, by: request.caller.userId } } : {}),
    ...(lets ? { accessGiven: { at: now, by: request.caller.userId } } : {}),
  });
  // Who gets a new password from an admin was often locked out first.
  if (passwordHash !== undefined) await clearAccountFailures(tx, user.username);
  const sessionsEnded = change.endsSessions
    ? await endSessions(tx, { userId: user.id }, change.endsSessions, now)
    : undefined;
  await deps.recordAudit(tx, {
    action: 'user_updated',
    actor: request.caller.actor,
    target: user.username,
    details: {
      changed: change.changed,
      ...(change.roleChanged ? { role: { from: user.role, to: change.role } } : {}),
      ...(change.disabled === user.disabled ? {} : { disabled: change.disabled }),
      ...(sessionsEnded === undefined ? {} : { sessionsEnded }),
    },
    requestId: request.requestId,
  });
  await deps.signal.send(tx, `user:${user.id}`);
}
