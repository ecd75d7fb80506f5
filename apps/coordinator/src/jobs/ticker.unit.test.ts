import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTicker } from './ticker.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function ticking(work: () => Promise<unknown>) {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => lines.push((JSON.parse(line) as { msg: string }).msg) });
  return { ...createTicker({ name: 'the work', everyMs: 1_000, work, log }), lines };
}

it('works at once, then at its interval, until it is stopped', async () => {
  let runs = 0;
  const ticker = ticking(() => {
    runs += 1;
    return Promise.resolve();
  });
  await ticker.start();
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(runs).toBe(4);
  await ticker.stop();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(runs).toBe(4);
});

it('goes on after failures and tells of an outage once', async () => {
  let runs = 0;
  const ticker = ticking(() => {
    runs += 1;
    return runs <= 3 ? Promise.reject(new Error('away')) : Promise.resolve();
  });
  await ticker.start();
  await vi.advanceTimersByTimeAsync(4_000);
  await ticker.stop();
  expect(ticker.lines).toEqual(['the work failed; it is tried again every 1 s', 'the work works again']);
});

it('never runs twice at once, and stopping waits', async () => {
  let running = 0;
  let most = 0;
  let ended = 0;
  const ticker = ticking(async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    running -= 1;
    ended += 1;
  });
  void ticker.start();
  await vi.advanceTimersByTimeAsync(4_000);
  const stopped = ticker.stop();
  await vi.advanceTimersByTimeAsync(2_500);
  await stopped;
  expect([most, running, ended]).toEqual([1, 0, 2]);
});
