import type { StepStatus } from '@mcp-coordinator/contract/executions.contract';

export interface MeasuredStep {
  readonly status: StepStatus;
  /** Median of measured durations of this type of action, in ms; null while none was measured. */
  readonly expectedMs: number | null;
}

const DONE: readonly StepStatus[] = ['completed', 'failed', 'undone', 'undo_failed', 'skipped'];

/** 0–100 by the number of steps that have an outcome. */
export function progressPercent(steps: readonly MeasuredStep[]): number {
  if (steps.length === 0) return 100;
  return Math.round((100 * steps.filter((step) => DONE.includes(step.status)).length) / steps.length);
}

/** Milliseconds still to go, from measured durations; null when one of the remaining steps was never measured. */
export function remainingMs(steps: readonly MeasuredStep[]): number | null {
  let total = 0;
  for (const step of steps) {
    if (DONE.includes(step.status)) continue;
    if (step.expectedMs === null) return null;
    total += step.expectedMs;
  }
  return total;
}
