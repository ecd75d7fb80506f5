/** Upper bounds in seconds, those that Prometheus clients use by default. */
export const DURATION_BOUNDS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Everything since the process began, as Prometheus wants it: counts only ever grow. */
export interface RequestTotals {
  /** How many took at most the bound of the same index. */
  readonly atMost: readonly number[];
  readonly count: number;
  readonly failed: number;
  readonly sumSeconds: number;
}
export interface RequestHistogram {
  observe(durationMs: number, failed: boolean): void;
  totals(): RequestTotals;
}

export function createRequestHistogram(): RequestHistogram {
  const within = DURATION_BOUNDS_SECONDS.map(() => 0);
  let count = 0;
  let failures = 0;
  let sumSeconds = 0;
  return {
    observe: (durationMs, failed) => {
      const seconds = durationMs / 1_000;
      const bucket = DURATION_BOUNDS_SECONDS.findIndex((bound) => seconds <= bound);
      if (bucket >= 0) within[bucket] = (within[bucket] ?? 0) + 1;
      count += 1;
      failures += failed ? 1 : 0;
      sumSeconds += seconds;
    },
    totals: () => {
      let sum = 0;
      const atMost = within.map((number) => {
        sum += number;
        return sum;
      });
      return { atMost, count, failed: failures, sumSeconds };
    },
  };
}
