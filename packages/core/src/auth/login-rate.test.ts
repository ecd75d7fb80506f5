import { expect, it } from 'vitest';
import { type AttemptCount, countAttempt, LOGIN_RATE } from './login-rate.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

it('admits 120 in a minute, refuses the next until the minute is over, and then begins anew', () => {
  let count: AttemptCount | undefined;
  for (let n = 0; n < 120; n += 1) {
    const counted = countAttempt(count, at(n / 4), LOGIN_RATE);
    expect(counted.retryAfterSeconds).toBe(0);
    count = counted.count;
  }
  expect(countAttempt(count, at(30), LOGIN_RATE)).toEqual({ count, retryAfterSeconds: 30 });
  expect(countAttempt(count, at(59.5), LOGIN_RATE).retryAfterSeconds).toBe(1);
  expect(countAttempt(count, at(60), LOGIN_RATE)).toEqual({
    count: { attempts: 1, windowStartedAt: at(60) },
    retryAfterSeconds: 0,
  });
});
