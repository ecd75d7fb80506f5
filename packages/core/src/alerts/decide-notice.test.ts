import { describe, expect, it } from 'vitest';
import { decideNotice, type NoticeSituation, retryPause } from './decide-notice.ts';

const firing = (given: Partial<NoticeSituation> = {}): NoticeSituation => ({
  ...{ state: 'firing', acknowledged: false, silenced: false, told: null },
  ...given,
});
const told = (at: number) => ({ told: { state: 'firing', at } }) as const;

describe('of an alert that fires', () => {
  it('one is told once', () => {
    expect(decideNotice(firing(), null, 5)).toBe('fired');
    expect(decideNotice(firing(told(5)), null, 1e12)).toBeNull();
  });

  it('one is told again after the interval, unless somebody looks after it', () => {
    expect([14, 15].map((now) => decideNotice(firing(told(5)), 10, now))).toEqual([null, 'repeated']);
    expect(decideNotice(firing({ ...told(5), acknowledged: true }), 10, 15)).toBeNull();
    expect(decideNotice(firing({ acknowledged: true }), 10, 15), 'acknowledged in a silence').toBe('fired');
  });

  it('nobody is told in a silence, and one is when it has ended', () => {
    expect(decideNotice(firing({ silenced: true }), 10, 15)).toBeNull();
    expect(decideNotice(firing({ silenced: true, ...told(5) }), 10, 15)).toBeNull();
    expect(decideNotice(firing(), 10, 16)).toBe('fired');
  });
});

describe('of an alert that is over', () => {
  it('one is told once, and only if it was told that it fired', () => {
    const over = (given: Partial<NoticeSituation>) => decideNotice(firing({ state: 'resolved', ...given }), 10, 100);
    expect(over(told(5))).toBe('resolved');
    expect(over({ ...told(5), silenced: true })).toBe('resolved');
    expect(over({})).toBeNull();
    expect(over({ told: { state: 'resolved', at: 6 } })).toBeNull();
  });
});

it('a delivery is tried nine times within three quarters of an hour', () => {
  const pauses = Array.from({ length: 9 }, (_, index) => retryPause(index + 1));
  expect(pauses).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 640_000, 1_280_000, null]);
});
