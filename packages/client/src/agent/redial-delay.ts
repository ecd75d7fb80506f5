/** How long to wait before dialling again, in milliseconds. */
export interface RedialPolicy {
  /** While the coordinator is still starting beside us. */
  readonly quickMs: number;
  readonly quickTries: number;
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Every 250 ms for the first 15 s, then exponential from 1 s to 30 s. */
export const REDIAL: RedialPolicy = { quickMs: 250, quickTries: 60, firstMs: 1000, longestMs: 30_000 };

/**
 * `failures` counts dials since the last link that came up; `everLinked` ends the quick start. Full jitter (`fraction` in
 * [0, 1)) keeps a thousand agents from coming back at once.
 */
export function redialDelayMs(
  failures: number,
  everLinked: boolean,
  fraction: number,
  policy: RedialPolicy = REDIAL,
): number {
  if (!everLinked && failures <= policy.quickTries) return policy.quickMs;
  const step = Math.max(0, everLinked ? failures : failures - policy.quickTries - 1);
  return Math.round(fraction * Math.min(policy.longestMs, policy.firstMs * 2 ** Math.min(step, 20)));
}
