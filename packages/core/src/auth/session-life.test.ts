import { describe, expect, it } from 'vitest';
import { sessionSecondsLeft, sessionState, tokenExpiry, touchDue } from './session-life.ts';

const START = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(START + seconds * 1000);
const session = (lastSeen: number, endedAt: Date | null = null) => ({
  createdAt: at(0),
  lastSeenAt: at(lastSeen),
  endedAt,
});

describe('sessionState', () => {
  it.each([
    [0, 1799, 'live'],
    [0, 1800, 'idle_too_long'],
    [43_000, 43_199, 'live'],
    [43_199, 43_200, 'lived_out'],
  ] as const)('last seen at %i s, at %i s: %s', (lastSeen, now, state) => {
    expect(sessionState(session(lastSeen), at(now))).toBe(state);
  });

  it('is ended once it was ended, whenever it was last seen', () => {
    expect(sessionState(session(5, at(6)), at(7))).toBe('ended');
  });
});

it('gives tokens an hour, and never more than the session has left', () => {
  expect(tokenExpiry(session(0), at(10.9))).toBe(START / 1000 + 10 + 3600);
  expect(tokenExpiry(session(0), at(42_000))).toBe(START / 1000 + 43_200);
  expect(sessionSecondsLeft(session(0), at(50_000))).toBe(0);
});

it('touches at most once a minute', () => {
  expect([touchDue(null, at(0)), touchDue(at(0), at(59)), touchDue(at(0), at(60))]).toEqual([true, false, true]);
});
