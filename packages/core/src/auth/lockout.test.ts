import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_LOCKOUT, countFailure, type FailureCount, lockedForSeconds } from './lockout.ts';

const START = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(START + seconds * 1000);
const failAt = (times: readonly number[]) =>
  times.reduce<FailureCount | undefined>((count, time) => countFailure(count, at(time), ACCOUNT_LOCKOUT), undefined);
const ten = Array.from({ length: 10 }, (_, index) => index);

describe('countFailure', () => {
  it('locks for a minute at the tenth failure in a quarter of an hour, and not before', () => {
    expect(lockedForSeconds(failAt(ten.slice(0, 9)), at(9))).toBe(0);
    const locked = failAt(ten);
    expect(lockedForSeconds(locked, at(9))).toBe(60);
    expect(lockedForSeconds(locked, at(68.5))).toBe(1);
    expect(lockedForSeconds(locked, at(69))).toBe(0);
  });

  it('doubles with each further failure after a lock, up to a quarter of an hour', () => {
    let count = failAt(ten);
    let now = 9;
    const seconds: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const wait = lockedForSeconds(count, at(now));
      seconds.push(wait);
      now += wait;
      count = countFailure(count, at(now), ACCOUNT_LOCKOUT);
    }
    expect(seconds).toEqual([60, 120, 240, 480, 900, 900]);
  });

  it('forgets after a quarter of an hour without a failure since the lock opened', () => {
    const locked = failAt(ten);
    const almost = countFailure(locked, at(69 + 899), ACCOUNT_LOCKOUT);
    expect(almost.lockouts).toBe(2);
    const later = countFailure(locked, at(69 + 900), ACCOUNT_LOCKOUT);
    expect(later).toEqual({ failures: 1, windowStartedAt: at(969), lockedUntil: null, lockouts: 0 });
  });

  it('begins anew when the window is over', () => {
    expect(failAt([...ten.slice(0, 9), 900])).toMatchObject({ failures: 1, lockedUntil: null });
  });

  it('is not prolonged by what was under way when the lock fell', () => {
    const locked = failAt(ten);
    expect(countFailure(locked, at(10), ACCOUNT_LOCKOUT)).toEqual({ ...locked, failures: 11 });
  });

  it('never allows more than ten failures in a quarter of an hour before the first lock, and never locks for longer', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 }), (gaps) => {
        let now = 0;
        let count: FailureCount | undefined;
        for (const gap of gaps) {
          now += gap;
          if (lockedForSeconds(count, at(now)) > 0) continue;
          count = countFailure(count, at(now), ACCOUNT_LOCKOUT);
          expect(lockedForSeconds(count, at(now)) > 0).toBe(count.failures >= 10);
          expect(lockedForSeconds(count, at(now))).toBeLessThanOrEqual(900);
        }
      }),
    );
  });
});
