import { usernameSchema } from '@mcp-coordinator/contract/auth.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import {
  type Attempt,
  admitAttempt,
  checkLocks,
  clearAccountFailures,
  countLoginFailure,
  type LoginLimits,
  type Throttled,
} from './login-limits.ts';
import { type OpenSessionDeps, openSession, type SessionGrant } from './open-session.ts';
import type { Crowded, PasswordHashing } from './password-hashing.ts';
import type { ThrottleRecord } from './throttle-record.ts';
import { findAccount, lockAccount, type StoredAccount, saveLastLogin } from './users.store.ts';

export interface LogInDeps extends OpenSessionDeps {
  db: Db;
  recordAudit: RecordAudit;
  passwords: PasswordHashing;
  limits: LoginLimits;
  throttles: ThrottleRecord;
}

export interface LogInRequest {
  readonly username: string;
  readonly password: string;
  readonly address: string;
  readonly requestId: string;
}

type LogInRefusal = Refusal<'invalid_credentials'> | Throttled | Crowded;

/** One answer for an unknown user, a wrong password and a disabled account: which it was stands in the audit log. */
const WRONG = refuse('invalid_credentials', 'The user name or the password is wrong.');

export async function logIn(deps: LogInDeps, request: LogInRequest): Promise<Result<SessionGrant, LogInRefusal>> {
  const attempt = attemptOf(request);
  const admitted = await admit(deps, attempt);
  // The locks are looked at again in turn: a hundred attempts sent at once are not a hundred guesses.
  const result = admitted.ok
    ? await deps.passwords.inTurn(async () => {
        const unlocked = await checkLocks(deps.db, attempt, deps.clock());
        return unlocked.ok ? verify(deps, request, attempt) : unlocked;
      })
    : admitted;
  if (!result.ok && result.refusal.code === 'rate_limited') {
    await deps.throttles.note({ ...attempt, because: result.refusal.because, requestId: request.requestId });
  }
  return result;
}

function attemptOf(request: LogInRequest): Attempt {
  const named = usernameSchema.safeParse(request.username);
  return { username: named.success ? named.data : undefined, address: request.address };
}

async function admit(deps: LogInDeps, attempt: Attempt) {
  const admitted = await admitAttempt(deps, attempt.address);
  return admitted.ok ? checkLocks(deps.db, attempt, deps.clock()) : admitted;
}

async function verify(
  deps: LogInDeps,
  request: LogInRequest,
  attempt: Attempt,
): Promise<Result<SessionGrant, LogInRefusal>> {
  const account = attempt.username === undefined ? undefined : await findAccount(deps.db, attempt.username);
  const right = await deps.passwords.matches(request.password, account?.passwordHash);
  // A failure is written too, so it is a value of the transaction and not its refusal, which would undo it.
  const settled = await transact<SessionGrant | undefined, never>(deps.db, async (tx) => {
    // The account may have been disabled, or got another password, while the hash was computed.
    const now = await lockAccount(tx, account?.id ?? NO_ACCOUNT);
    const unchanged = now !== undefined && !now.disabled && now.passwordHash === account?.passwordHash;
    if (right && unchanged) return accept(await succeed(deps, tx, request, now));
    await fail(deps, tx, request, attempt, account, right);
    return accept(undefined);
  });
  return settled.ok && settled.value ? accept(settled.value) : deny(WRONG);
}

/** Identities begin at 1; the same query runs for an unknown user, for the sake of the time it takes. */
const NO_ACCOUNT = 0;

async function succeed(deps: LogInDeps, tx: Tx, request: LogInRequest, account: StoredAccount): Promise<SessionGrant> {
  const grant = await openSession(deps, tx, account);
  await clearAccountFailures(tx, account.username);
  await saveLastLogin(tx, account.id, grant.createdAt);
  await deps.recordAudit(tx, {
    action: 'login_succeeded',
    actor: account.username,
    target: account.username,
    details: { address: request.address },
    requestId: request.requestId,
  });
  return grant;
}

async function fail(
  deps: LogInDeps,
  tx: Tx,
  request: LogInRequest,
  attempt: Attempt,
  account: StoredAccount | undefined,
  right: boolean,
): Promise<void> {
  const lockedSeconds = await countLoginFailure(tx, deps.limits, attempt, deps.clock());
  await deps.recordAudit(tx, {
    action: 'login_failed',
    actor: account?.username ?? 'anonymous',
    // What cannot be a user name is not repeated: people type passwords into the wrong field.
    target: attempt.username ?? 'anonymous',
    result: 'denied',
    details: {
      address: request.address,
      reason: account ? (right ? 'account_disabled' : 'wrong_password') : 'unknown_user',
      ...(lockedSeconds > 0 ? { lockedSeconds } : {}),
    },
    requestId: request.requestId,
  });
}
