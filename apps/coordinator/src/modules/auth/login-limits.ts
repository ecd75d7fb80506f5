import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import {
  ACCOUNT_LOCKOUT,
  ADDRESS_LOCKOUT,
  countFailure,
  type LockoutPolicy,
  lockedForSeconds,
} from '@mcp-coordinator/core/auth/lockout';
import { countAttempt, LOGIN_RATE, type LoginRate } from '@mcp-coordinator/core/auth/login-rate';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Clock } from '../../runtime.ts';
import { clientNetwork } from './client-network.ts';
import { forgetFailures, lockFailures, readFailures, saveFailures } from './login-failures.store.ts';

export interface LoginLimits {
  readonly account: LockoutPolicy;
  readonly address: LockoutPolicy;
  readonly rate: LoginRate;
}
export const DEFAULT_LOGIN_LIMITS: LoginLimits = {
  account: ACCOUNT_LOCKOUT,
  address: ADDRESS_LOCKOUT,
  rate: LOGIN_RATE,
};

/** Who tries to log in, and from where. A name that no account can have is held against the address alone. */
export interface Attempt {
  readonly username: string | undefined;
  readonly address: string;
}

export type Throttled = Refusal<'rate_limited'> & { readonly because: 'account' | 'address' | 'rate' };

const accountSubject = (username: string): string => `account:${username}`;
const addressSubject = (address: string): string => `address:${clientNetwork(address)}`;
const rateSubject = (address: string): string => `logins:${clientNetwork(address)}`;

const throttled = (because: Throttled['because'], seconds: number): Throttled => ({
  ...refuse('rate_limited', `Too many sign-ins; nothing was checked. Try again in ${seconds} seconds.`, {
    retryAfterSeconds: seconds,
  }),
  because,
});

/** Refuses while the account or the address is locked, an account that exists or not alike. */
export async function checkLocks(db: Db, attempt: Attempt, now: Date): Promise<Result<undefined, Throttled>> {
  const subjects = {
    account: attempt.username && accountSubject(attempt.username),
    address: addressSubject(attempt.address),
  };
  const counts = await readFailures(
    db,
    [subjects.account, subjects.address].filter((subject) => subject !== undefined),
  );
  const account = lockedForSeconds(subjects.account ? counts.get(subjects.account) : undefined, now);
  if (account > 0) return deny(throttled('account', account));
  const address = lockedForSeconds(counts.get(subjects.address), now);
  return address > 0 ? deny(throttled('address', address)) : accept(undefined);
}

/** Counts an attempt of this address, right or wrong, and refuses the one too many. */
export function admitAttempt(
  deps: { db: Db; clock: Clock; limits: LoginLimits },
  address: string,
): Promise<Result<undefined, Throttled>> {
  return transact<undefined, Throttled>(deps.db, async (tx) => {
    const now = deps.clock();
    const subject = rateSubject(address);
    const row = await lockFailures(tx, subject, now);
    const counted = countAttempt(
      { attempts: row.failures, windowStartedAt: row.windowStartedAt },
      now,
      deps.limits.rate,
    );
    if (counted.retryAfterSeconds > 0) return deny(throttled('rate', counted.retryAfterSeconds));
    const { attempts, windowStartedAt } = counted.count;
    await saveFailures(tx, subject, { failures: attempts, windowStartedAt, lockedUntil: null, lockouts: 0 });
    return accept(undefined);
  });
}

/** Counts a failure; answers for how many seconds it locked the account. Always account first: one order, no deadlock. */
export async function countLoginFailure(tx: Tx, limits: LoginLimits, attempt: Attempt, now: Date): Promise<number> {
  const seconds = attempt.username ? await count(tx, accountSubject(attempt.username), limits.account, now) : 0;
  await count(tx, addressSubject(attempt.address), limits.address, now);
  return seconds;
}

async function count(tx: Tx, subject: string, policy: LockoutPolicy, now: Date): Promise<number> {
  const next = countFailure(await lockFailures(tx, subject, now), now, policy);
  await saveFailures(tx, subject, next);
  return lockedForSeconds(next, now);
}

/** The right password clears its account; never the address, or one's own account would buy guesses at others. */
export const clearAccountFailures = (tx: Tx, username: string): Promise<void> =>
  forgetFailures(tx, accountSubject(username));
