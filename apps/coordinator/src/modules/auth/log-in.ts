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
import type { GivenFactor, Proof } from './second-factors/check-factor.ts';
import type { FactorRefusal } from './second-factors/factor-records.ts';
import {
  beginSecondFactor,
  passSecondFactor,
  type SignInFactorDeps,
  type SignInMethods,
} from './second-factors/sign-in-factor.ts';
import type { ThrottleRecord } from './throttle-record.ts';
import { findAccount, lockAccount, type StoredAccount, saveLastLogin } from './users.store.ts';

export interface LogInDeps extends OpenSessionDeps, SignInFactorDeps {
  db: Db;
  recordAudit: RecordAudit;
  passwords: PasswordHashing;
  limits: LoginLimits;
  throttles: ThrottleRecord;
}

export interface PasswordRequest {
  readonly username: string;
  readonly password: string;
  readonly address: string;
  readonly requestId: string;
}
export type LogInRequest = PasswordRequest & GivenFactor & { readonly userAgent: string };

type PasswordRefusal = Refusal<'invalid_credentials'> | Throttled | Crowded;
type LogInRefusal = PasswordRefusal | FactorRefusal;

/** One answer for an unknown user, a wrong password and a disabled account: which it was stands in the audit log. */
const WRONG = refuse('invalid_credentials', 'The user name or the password is wrong.');

export const logIn = (deps: LogInDeps, request: LogInRequest): Promise<Result<SessionGrant, LogInRefusal>> =>
  withPassword<SessionGrant, FactorRefusal>(deps, request, async (tx, account) => {
    const passed = await passSecondFactor(deps, tx, account, request, request);
    return passed.ok ? accept(await succeed(deps, tx, request, account, passed.value)) : passed;
  });

/** For who has the right password: how the sign-in may go on. It opens nothing, and clears no failures. */
export const beginSignIn = (
  deps: LogInDeps,
  request: PasswordRequest,
): Promise<Result<SignInMethods, PasswordRefusal>> =>
  withPassword<SignInMethods, never>(deps, request, async (tx, account) =>
    accept(await beginSecondFactor(deps, tx, account, request)),
  );

/** Goes on, with the account locked, once the password was found right; what that refuses is kept, as its records are. */
type OnRight<Value, No> = (tx: Tx, account: StoredAccount) => Promise<Result<Value, No>>;

async function withPassword<Value, No extends Refusal>(
  deps: LogInDeps,
  request: PasswordRequest,
  onRight: OnRight<Value, No>,
): Promise<Result<Value, No | PasswordRefusal>> {
  const attempt = attemptOf(request);
  const admitted = await admit(deps, attempt);
  // The locks are looked at again in turn: a hundred attempts sent at once are not a hundred guesses.
  const result = admitted.ok
    ? await deps.passwords.inTurn<Value, No | PasswordRefusal>(async () => {
        const unlocked = await checkLocks(deps.db, attempt, deps.clock());
        return unlocked.ok ? verify(deps, request, attempt, onRight) : unlocked;
      })
    : admitted;
  if (!result.ok && 'because' in result.refusal) {
    await deps.throttles.note({ ...attempt, because: result.refusal.because, requestId: request.requestId });
  }
  return result;
}

function attemptOf(request: PasswordRequest): Attempt {
  const named = usernameSchema.safeParse(request.username);
  return { username: named.success ? named.data : undefined, address: request.address };
}

async function admit(deps: LogInDeps, attempt: Attempt) {
  const admitted = await admitAttempt(deps, attempt.address);
  return admitted.ok ? checkLocks(deps.db, attempt, deps.clock()) : admitted;
}

async function verify<Value, No extends Refusal>(
  deps: LogInDeps,
  request: PasswordRequest,
  attempt: Attempt,
  onRight: OnRight<Value, No>,
): Promise<Result<Value, No | PasswordRefusal>> {
  const account = attempt.username === undefined ? undefined : await findAccount(deps.db, attempt.username);
  const right = await deps.passwords.matches(request.password, account?.passwordHash);
  // A failure is written too, so it is a value of the transaction and not its refusal, which would undo it.
  const settled = await transact<Result<Value, No | PasswordRefusal>, never>(deps.db, async (tx) => {
    // The account may have been disabled, or got another password, while the hash was computed.
    const now = await lockAccount(tx, account?.id ?? NO_ACCOUNT);
    const unchanged = now !== undefined && !now.disabled && now.passwordHash === account?.passwordHash;
    if (right && unchanged) return accept(await onRight(tx, now));
    await fail(deps, tx, request, attempt, account, right);
    return accept(deny(WRONG));
  });
  if (!settled.ok) throw new Error('a transaction without refusals was refused');
  return settled.value;
}

/** Identities begin at 1; the same query runs for an unknown user, for the sake of the time it takes. */
const NO_ACCOUNT = 0;

async function succeed(
  deps: LogInDeps,
  tx: Tx,
  request: LogInRequest,
  account: StoredAccount,
  factor: Proof['kind'] | null,
): Promise<SessionGrant> {
  const grant = await openSession(deps, tx, account, request);
  await clearAccountFailures(tx, account.username);
  await saveLastLogin(tx, account.id, grant.createdAt);
  await deps.recordAudit(tx, {
    action: 'login_succeeded',
    actor: account.username,
    target: account.username,
    details: { address: request.address, ...(factor ? { secondFactor: factor } : {}) },
    requestId: request.requestId,
  });
  return grant;
}

async function fail(
  deps: LogInDeps,
  tx: Tx,
  request: PasswordRequest,
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
