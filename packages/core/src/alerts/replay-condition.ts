import { type AlertState, foldAlert, INACTIVE } from './alert-states.ts';
import type { Condition } from './condition.ts';
import { sampleOf } from './decide-alerts.ts';

/** The figures of one series at one time; more than one instance may have measured it, hence a range. */
export interface PastSample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly min: number;
  readonly max: number;
}

export interface PastFiring {
  readonly startedAt: number;
  readonly firedAt: number;
  /** Null when it would fire still. */
  readonly resolvedAt: number | null;
}

/** Longer than this without a sample, and nobody saw the condition hold. */
const GAP_MS = 30_000;

/** When a rule would have fired over these samples, oldest first: the same fold as the one that judges the present. */
export function replayCondition(condition: Condition, samples: readonly PastSample[]): PastFiring[] {
  const firings: PastFiring[] = [];
  let state: AlertState = INACTIVE;
  let last: number | undefined;
  for (const { at, min, max } of samples) {
    if (last !== undefined && at - last > GAP_MS) state = foldAlert(condition, state, 'no_data', last + GAP_MS);
    last = at;
    state = foldAlert(condition, state, sampleOf(condition, { min, max }), at);
    if (state.state === 'resolved')
      firings.push({ startedAt: state.startedAt, firedAt: state.firedAt, resolvedAt: state.resolvedAt });
  }
  if (state.state === 'firing') firings.push({ startedAt: state.startedAt, firedAt: state.firedAt, resolvedAt: null });
  return firings;
}
