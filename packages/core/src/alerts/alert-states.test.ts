import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlertState, foldAlert, INACTIVE, retireAlert, type Sample } from './alert-states.ts';
import { type Condition, conditionHolds } from './condition.ts';

const above = (forSeconds: number): Condition => ({
  metric: 'cpu_usage',
  server: null,
  operator: '>',
  threshold: 90,
  forSeconds,
});
const value = (number: number): Sample => ({ value: number });

/** What an alert went through, one sample every ten seconds. */
function run(condition: Condition, samples: readonly Sample[]): AlertState[] {
  let state = INACTIVE;
  return samples.map((sample, index) => {
    state = foldAlert(condition, state, sample, index * 10_000);
    return state;
  });
}
const names = (states: readonly AlertState[]) => states.map(({ state }) => state);

describe('foldAlert', () => {
  it('fires at once without a duration, keeps firing, resolves, and may fire again', () => {
    const states = run(above(0), [value(95), value(96), value(90), value(10), value(99)]);
    expect(names(states)).toEqual(['firing', 'firing', 'resolved', 'inactive', 'firing']);
    expect(states[1]).toEqual({ state: 'firing', startedAt: 0, firedAt: 0, value: 96 });
    expect(states[2]).toEqual({ state: 'resolved', startedAt: 0, firedAt: 0, resolvedAt: 20_000, value: 90 });
  });

  it('waits out its duration without a break', () => {
    const hot = value(95);
    expect(names(run(above(20), [hot, hot, hot]))).toEqual(['pending', 'pending', 'firing']);
    expect(names(run(above(20), [hot, hot, value(1), hot, hot]))).toEqual([
      'pending',
      'pending',
      'inactive',
      'pending',
      'pending',
    ]);
  });

  it('claims nothing without data: pending starts over, firing stays', () => {
    const hot = value(95);
    expect(names(run(above(20), [hot, 'no_data', hot, hot]))).toEqual(['pending', 'inactive', 'pending', 'pending']);
    expect(names(run(above(0), [hot, 'no_data', 'no_data', value(1)]))).toEqual([
      'firing',
      'firing',
      'firing',
      'resolved',
    ]);
  });

  const samples = fc.array(fc.oneof(fc.constant<Sample>('no_data'), fc.integer({ min: 85, max: 95 }).map(value)));
  const forSeconds = fc.constantFrom(0, 10, 30, 60);

  it('is pending or firing only on a sample that holds, or firing without one', () => {
    fc.assert(
      fc.property(samples, forSeconds, (given, seconds) => {
        run(above(seconds), given).forEach(({ state }, index) => {
          const sample = given[index] ?? 'no_data';
          const holds = sample !== 'no_data' && conditionHolds(above(seconds), sample.value);
          if (state === 'pending') expect(holds).toBe(true);
          if (state === 'firing') expect(holds || sample === 'no_data').toBe(true);
          if (holds) expect(['pending', 'firing']).toContain(state);
        });
      }),
    );
  });

  it('fires only after the condition held on every sample of its duration', () => {
    fc.assert(
      fc.property(samples, forSeconds, (given, seconds) => {
        run(above(seconds), given).forEach((state, index, all) => {
          if (state.state !== 'firing' || all[index - 1]?.state === 'firing') return;
          expect(state.firedAt - state.startedAt).toBeGreaterThanOrEqual(seconds * 1_000);
          for (const sample of given.slice(state.startedAt / 10_000, index + 1)) {
            expect(sample !== 'no_data' && sample.value > 90).toBe(true);
          }
        });
      }),
    );
  });

  it('resolves exactly what fired, once', () => {
    fc.assert(
      fc.property(samples, forSeconds, (given, seconds) => {
        const states = names(run(above(seconds), given));
        const fired = states.filter((state, index) => state === 'firing' && states[index - 1] !== 'firing').length;
        const resolved = states.filter((state) => state === 'resolved').length;
        expect(fired - resolved).toBe(states.at(-1) === 'firing' ? 1 : 0);
        states.forEach((state, index) => {
          if (state === 'resolved') expect(states[index - 1]).toBe('firing');
        });
      }),
    );
  });

  it('depends on the state before and the sample alone, so that any instance can go on', () => {
    fc.assert(
      fc.property(samples, samples, forSeconds, (first, second, seconds) => {
        const whole = run(above(seconds), [...first, ...second]);
        const middle = JSON.parse(JSON.stringify(whole[first.length - 1] ?? INACTIVE)) as AlertState;
        let state = middle;
        second.forEach((sample, index) => {
          state = foldAlert(above(seconds), state, sample, (first.length + index) * 10_000);
        });
        expect(state).toEqual(whole.at(-1) ?? INACTIVE);
      }),
    );
  });
});

describe('retireAlert', () => {
  it('resolves what fired and forgets what did not', () => {
    expect(retireAlert({ state: 'firing', startedAt: 1, firedAt: 2, value: 3 }, 9)).toEqual({
      state: 'resolved',
      startedAt: 1,
      firedAt: 2,
      resolvedAt: 9,
      value: 3,
    });
    expect(retireAlert({ state: 'pending', startedAt: 1, value: 3 }, 9)).toEqual(INACTIVE);
    expect(retireAlert(INACTIVE, 9)).toEqual(INACTIVE);
  });
});
