import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { CredentialSignal } from './credential-signal.ts';
import { type Attempt, checkLocks, clearAccountFailures, type LoginLimits, type Throttled } from './login-limits.ts';
import { checkNewPassword, type WeakPassword, weakPassword } from './new-password.ts';
import { type OpenSessionDeps, openSession, type SessionGrant } from './open-session.ts';
import type { Crowded, PasswordHashing } from './password-hashing.ts';
import { recordWrongPassword } from './record-wrong-password.ts';
import { endSessions } from './sessions.store.ts';
import type { ThrottleRecord } from './throttle-record.ts';
import { findAccount, lockAccount, savePassword } from './users.store.ts';

export interface ChangePasswordDeps extends OpenSessionDeps {
  db: Db;
  recordAudit: RecordAudit;
  passwords: PasswordHashing;
  limits: LoginLimits;
  signal: CredentialSignal;
  throttles: ThrottleRecord;
}

export interface ChangePasswordRequest {
  readonly caller: Person;
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly address: string;
  readonly requestId: string;
}

type ChangePasswordRefusal = Refusal<'invalid_credentials'> | Throttled | Crowded | WeakPassword;

const WRONG = refuse('invalid_credentials', 'The current password is wrong; nothing was changed.');

/** Ends every session of the person, the present one too, and opens a fresh one: what a thief took is worth nothing. */
export async function changePassword(
  deps: ChangePasswordDeps,
  request: ChangePasswordRequest,
): Promise<Result<SessionGrant, ChangePasswordRefusal>> {
  const acceptable = checkNewPassword('newPassword', request.newPassword, request.caller.username);
  if (!acceptable.ok) return acceptable;
  const changed = await deps.passwords.inTurn(() => verifyAndChange(deps, request));
  if (changed.ok) deps.signal.raise();
  else if (changed.refusal.code === 'rate_limited') await noteThrottled(deps, request, changed.refusal.because);
  return changed;
}

const noteThrottled = (
  deps: ChangePasswordDeps,
  { caller, address, requestId }: ChangePasswordRequest,
  because: (Throttled | Crowded)['because'],
): Promise<void> => deps.throttles.note({ username: caller.username, address, because, requestId });

async function verifyAndChange(
  deps: ChangePasswordDeps,
  request: ChangePasswordRequest,
): Promise<Result<SessionGrant, ChangePasswordRefusal>> {
  const { username } = request.caller;
  // Guesses at the current password count like those at the login, or a stolen session would be a way around the lock.
  const attempt: Attempt = { username, address: request.address };
  const unlocked = await checkLocks(deps.db, attempt, deps.clock());
  if (!unlocked.ok) return unlocked;
  const account = await findAccount(deps.db, username);
  if (!account || !(await deps.passwords.matches(request.currentPassword, account.passwordHash))) {
    const { address, requestId } = request;
    await recordWrongPassword(deps, { username, during: 'password_change', address, requestId });
    return deny(WRONG);
  }
  if (await deps.passwords.matches(request.newPassword, account.passwordHash)) {
    return deny(weakPassword('newPassword', 'must differ from the current one'));
  }
  const passwordHash = await deps.passwords.hash(request.newPassword);
  return transact(deps.db, async (tx) => {
    const now = await lockAccount(tx, account.id);
    if (!now || now.disabled || now.passwordHash !== account.passwordHash) return deny(WRONG);
    return accept(await save(deps, tx, request, { ...now, passwordHash }));
  });
}

async function save(
  deps: ChangePasswordDeps,
  tx: Tx,
  request: ChangePasswordRequest,
  account: SessionGrant['user'] & { passwordHash: string },
): Promise<SessionGrant> {
  await savePassword(tx, account.id, account.passwordHash);
  await clearAccountFailures(tx, account.username);
  const sessionsEnded = await endSessions(tx, { userId: account.id }, 'password_changed', deps.clock());
  const grant = await openSession(deps, tx, account, { continues: request.caller.sessionId });
  await deps.recordAudit(tx, {
    action: 'password_changed',
    actor: request.caller.actor,
    target: account.username,
    details: { sessionsEnded },
    requestId: request.requestId,
  });
  await deps.signal.send(tx, `user:${account.id}`);
  return grant;
}
