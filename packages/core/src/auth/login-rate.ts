/** Login attempts of one address in the present window, right or wrong. */
export interface AttemptCount {
  readonly attempts: number;
  readonly windowStartedAt: Date;
}

export interface LoginRate {
  readonly attemptsMax: number;
  readonly windowSeconds: number;
}

/** CONTRACT §1 "Limits". */
export const LOGIN_RATE: LoginRate = { attemptsMax: 120, windowSeconds: 60 };

/** The count with this attempt, and the whole seconds to wait when it is one too many (0: go on). */
export function countAttempt(
  count: AttemptCount | undefined,
  now: Date,
  rate: LoginRate,
): { count: AttemptCount; retryAfterSeconds: number } {
  const endsAt = (count?.windowStartedAt.getTime() ?? 0) + rate.windowSeconds * 1000;
  if (!count || now.getTime() >= endsAt) return { count: { attempts: 1, windowStartedAt: now }, retryAfterSeconds: 0 };
  const attempts = count.attempts + 1;
  // What is refused is not counted on: a row that only grows would overflow under a flood.
  if (attempts > rate.attemptsMax) return { count, retryAfterSeconds: Math.ceil((endsAt - now.getTime()) / 1000) };
  return { count: { ...count, attempts }, retryAfterSeconds: 0 };
}
