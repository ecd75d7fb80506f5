import { type Condition, conditionHolds } from './condition.ts';

/**
 * What is known of one rule on one series. `resolved` ends an alert that had fired; an alert that was pending and did not
 * last leaves nothing. Times are milliseconds since the epoch.
 */
export type AlertState =
  | { readonly state: 'inactive' }
  | { readonly state: 'pending'; readonly startedAt: number; readonly value: number }
  | { readonly state: 'firing'; readonly startedAt: number; readonly firedAt: number; readonly value: number }
  | {
      readonly state: 'resolved';
      readonly startedAt: number;
      readonly firedAt: number;
      readonly resolvedAt: number;
      readonly value: number;
    };

export const INACTIVE: AlertState = { state: 'inactive' };

/** A measurement, or that there is none: then nothing may be claimed. */
export type Sample = { readonly value: number } | 'no_data';

/**
 * The next state, as a pure fold over samples. Without data a pending alert starts over, since nobody saw the condition hold,
 * and a firing one keeps firing, since silence is no sign of health.
 */
export function foldAlert(condition: Condition, before: AlertState, sample: Sample, now: number): AlertState {
  const open = before.state === 'pending' || before.state === 'firing' ? before : undefined;
  if (sample === 'no_data') return open?.state === 'firing' ? open : INACTIVE;
  const { value } = sample;
  if (!conditionHolds(condition, value)) {
    return open?.state === 'firing' ? { ...open, state: 'resolved', resolvedAt: now, value } : INACTIVE;
  }
  if (open?.state === 'firing') return { ...open, value };
  const startedAt = open?.startedAt ?? now;
  if (now - startedAt >= condition.forSeconds * 1_000) return { state: 'firing', startedAt, firedAt: now, value };
  return { state: 'pending', startedAt, value };
}

/** The rule was withdrawn or the server is no longer registered: nothing can be said any more, so what fired is over. */
export function retireAlert(before: AlertState, now: number): AlertState {
  return before.state === 'firing' ? { ...before, state: 'resolved', resolvedAt: now } : INACTIVE;
}
