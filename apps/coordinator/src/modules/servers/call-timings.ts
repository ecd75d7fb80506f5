/** Response times and errors of the calls to one server over a sliding window, for its figures. */
export interface CallTimings {
  add(durationMs: number, failed: boolean): void;
  figures(): { responseTime: { average: number; p95: number }; errorRate: number };
}

const CALLS_KEPT = 500;
const round = (value: number): number => Math.round(value * 100) / 100;

export function createCallTimings(): CallTimings {
  const calls: { durationMs: number; failed: boolean }[] = [];
  return {
    add: (durationMs, failed) => {
      calls.push({ durationMs, failed });
      if (calls.length > CALLS_KEPT) calls.shift();
    },
    figures: () => {
      if (calls.length === 0) return { responseTime: { average: 0, p95: 0 }, errorRate: 0 };
      const sorted = calls.map((call) => call.durationMs).sort((a, b) => a - b);
      const average = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
      const p95 = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)] ?? average;
      const failed = calls.filter((call) => call.failed).length;
      return {
        responseTime: { average: round(average), p95: round(p95) },
        errorRate: round((100 * failed) / calls.length),
      };
    },
  };
}
