import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRequestHistogram } from './request-histogram.ts';
import { createRequestWindow } from './request-window.ts';

describe('the request window', () => {
  it('answers average, 95th percentile and the share of failures', () => {
    const window = createRequestWindow(() => new Date(0));
    for (let ms = 1; ms <= 100; ms += 1) window.observe(ms, ms <= 2);
    const { responseTime, errorRate } = window.figures();
    expect(responseTime.average).toBe(50.5);
    expect(responseTime.p95).toBeGreaterThanOrEqual(95);
    expect(responseTime.p95).toBeLessThanOrEqual(95 * 1.1);
    expect(responseTime.p50).toBeGreaterThanOrEqual(50);
    expect(responseTime.p50).toBeLessThanOrEqual(50 * 1.1);
    expect(responseTime.p99).toBeGreaterThanOrEqual(99);
    expect(errorRate).toBe(2);
  });

  it('is all zero when nothing was asked', () => {
    expect(createRequestWindow(() => new Date(0)).figures()).toEqual({
      responseTime: { average: 0, p50: 0, p95: 0, p99: 0 },
      errorRate: 0,
    });
  });

  it('forgets after five minutes', () => {
    let now = 0;
    const window = createRequestWindow(() => new Date(now));
    window.observe(5_000, true);
    now = 290_000;
    window.observe(10, false);
    expect(window.figures().errorRate).toBe(50);
    now = 310_000;
    expect(window.figures()).toMatchObject({ errorRate: 0, responseTime: { average: 10 } });
    now = 10_000_000;
    expect(window.figures().responseTime.average).toBe(0);
  });

  it('is within a tenth of the exact percentile, whatever was measured', () => {
    const durations = fc.array(fc.double({ min: 0.1, max: 90_000, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(durations, (given) => {
        const window = createRequestWindow(() => new Date(0));
        for (const ms of given) window.observe(ms, false);
        const exact = [...given].sort((a, b) => a - b)[Math.ceil(0.95 * given.length) - 1] ?? 0;
        const { p95 } = window.figures().responseTime;
        expect(p95).toBeGreaterThanOrEqual(exact - 0.01);
        expect(p95).toBeLessThanOrEqual(exact * 1.1 + 0.01);
      }),
    );
  });

  it('takes durations of nothing and of hours', () => {
    const window = createRequestWindow(() => new Date(0));
    window.observe(0, false);
    window.observe(86_400_000, false);
    expect(window.figures().responseTime.p95).toBe(86_400_000);
  });
});

it('the histogram counts up, each bucket with the ones below it', () => {
  const histogram = createRequestHistogram();
  for (const ms of [1, 5, 6, 300, 99_000]) histogram.observe(ms, ms === 300);
  expect(histogram.totals()).toEqual({
    atMost: [2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4],
    count: 5,
    failed: 1,
    sumSeconds: 99.312,
  });
});
