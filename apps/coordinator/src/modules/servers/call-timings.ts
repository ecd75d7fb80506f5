import { NO_RESPONSE_TIMES, type ResponseTimes } from '@mcp-coordinator/contract/monitoring.contract';

/** Of the calls to one server: how the last of them went, and how many there were of each tool. */
export interface CallFigures {
  responseTime: ResponseTimes;
  /** Percent. */
  errorRate: number;
  calls: Record<string, number>;
}
export interface CallTimings {
  /** `tool` is null for a round trip of the protocol itself. */
  add(tool: string | null, durationMs: number, failed: boolean): void;
  figures(): CallFigures;
}

export const NO_CALLS: CallFigures = { responseTime: NO_RESPONSE_TIMES, errorRate: 0, calls: {} };

const CALLS_KEPT = 500;
const round = (value: number): number => Math.round(value * 100) / 100;

export function createCallTimings(): CallTimings {
  const kept: { durationMs: number; failed: boolean }[] = [];
  const byTool = new Map<string, number>();
  return {
    add: (tool, durationMs, failed) => {
      if (tool !== null) byTool.set(tool, (byTool.get(tool) ?? 0) + 1);
      kept.push({ durationMs, failed });
      if (kept.length > CALLS_KEPT) kept.shift();
    },
    figures: () => {
      if (kept.length === 0) return NO_CALLS;
      const sorted = kept.map((call) => call.durationMs).sort((a, b) => a - b);
      const percentile = (share: number): number => round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
      const average = round(sorted.reduce((sum, value) => sum + value, 0) / sorted.length);
      const failed = kept.filter((call) => call.failed).length;
      return {
        responseTime: { average, p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) },
        errorRate: round((100 * failed) / kept.length),
        calls: Object.fromEntries(byTool),
      };
    },
  };
}
