/** What is remembered of failed logins for one account or one address. */
export interface FailureCount {
  readonly failures: number;
  readonly windowStartedAt: Date;
  readonly lockedUntil: Date | null;
  /** How often in a row it was locked; each doubles the next. */
  readonly lockouts: number;
}

export interface LockoutPolicy {
  /** The failure with this number within the window locks. */
  readonly failuresMax: number;
  readonly windowSeconds: number;
  readonly lockSecondsFirst: number;
  readonly lockSecondsMax: number;
}

const QUARTER_HOUR = 15 * 60;
/** CONTRACT §1 "Limits". */
export const ACCOUNT_LOCKOUT: LockoutPolicy = {
  failuresMax: 10,
  windowSeconds: QUARTER_HOUR,
  lockSecondsFirst: 60,
  lockSecondsMax: QUARTER_HOUR,
};
export const ADDRESS_LOCKOUT: LockoutPolicy = { ...ACCOUNT_LOCKOUT, failuresMax: 100 };

const secondsAfter = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);

/** Whole seconds until the lock opens; 0 when there is none. */
export function lockedForSeconds(count: FailureCount | undefined, now: Date): number {
  const left = (count?.lockedUntil?.getTime() ?? 0) - now.getTime();
  return left > 0 ? Math.ceil(left / 1000) : 0;
}

/**
 * The count after one more failure. Reaching the maximum locks; after that each further failure locks again for twice as
 * long, until a whole window passed without any: otherwise an attacker would gain a fresh handful of guesses per lock.
 */
export function countFailure(count: FailureCount | undefined, now: Date, policy: LockoutPolicy): FailureCount {
  const known = count && now < forgottenAt(count, policy) ? count : fresh(now);
  const failures = known.failures + 1;
  // A straggler that was under way when the lock fell counts, but does not prolong it.
  if (failures < policy.failuresMax || lockedForSeconds(known, now) > 0) return { ...known, failures };
  const seconds = Math.min(policy.lockSecondsFirst * 2 ** known.lockouts, policy.lockSecondsMax);
  return { ...known, failures, lockouts: known.lockouts + 1, lockedUntil: secondsAfter(now, seconds) };
}

/** When nothing is held against it any more: a window after its beginning, or after the last lock opened. */
const forgottenAt = (count: FailureCount, policy: LockoutPolicy): Date =>
  secondsAfter(count.lockedUntil ?? count.windowStartedAt, policy.windowSeconds);

const fresh = (now: Date): FailureCount => ({ failures: 0, windowStartedAt: now, lockedUntil: null, lockouts: 0 });
