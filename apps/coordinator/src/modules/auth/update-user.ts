import type { User } from '@mcp-coordinator/contract/auth.contract';
import type { Role } from '@mcp-coordinator/contract/permissions';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { decideUserUpdate, type UserChange } from '@mcp-coordinator/core/auth/decide-user-update';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { CredentialSignal } from './credential-signal.ts';
import { clearAccountFailures } from './login-limits.ts';
import { checkNewPassword, type WeakPassword } from './new-password.ts';
import { type Crowded, hashInTurn, type PasswordHashing } from './password-hashing.ts';
import { endSessions } from './sessions.store.ts';
import { readUser } from './user-views.store.ts';
import { findAccountById, lockWithAdmins, type StoredAccount, saveUser } from './users.store.ts';

export interface UpdateUserDeps {
  db: Db;
  clock: Clock;
  recordAudit: RecordAudit;
  passwords: PasswordHashing;
  signal: CredentialSignal;
}

export interface UpdateUserRequest {
  readonly caller: Person;
  readonly id: number;
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
  readonly password?: string | undefined;
  readonly requestId: string;
}

type UpdateUserRefusal = Refusal<'not_found' | 'last_admin'> | WeakPassword | Crowded;

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
  const updated = await transact<User, UpdateUserRefusal>(deps.db, async (tx) => {
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
  await saveUser(tx, user.id, {
    ...{ role: change.role, disabled: change.disabled, passwordHash },
    ...(change.roleChanged ? { roleChange: { at: now, by: request.caller.userId } } : {}),
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
