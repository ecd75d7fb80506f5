import { describe, expect, it } from 'vitest';
import { SESSION_SECONDS_MAX } from '../auth/session-life.ts';
import { GRANT_SECONDS, ROTATING_PURPOSES, retirement, signingKeyState } from './signing-key-life.ts';

const NOW = new Date('2026-01-01T00:00:00.000Z');
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe.each(ROTATING_PURPOSES)('a replaced %s key', (purpose) => {
  const signedSeconds = { grant: GRANT_SECONDS, session: SESSION_SECONDS_MAX }[purpose];

  it('is accepted until everything that it signed has expired, and not for ever', () => {
    const key = { retiresAt: retirement(purpose, NOW, false) };
    expect(signingKeyState(key, NOW)).toBe('accepted');
    expect(signingKeyState(key, after(signedSeconds))).toBe('accepted');
    expect(signingKeyState(key, after(signedSeconds + 119))).toBe('accepted');
    expect(signingKeyState(key, after(signedSeconds + 120))).toBe('retired');
  });

  it('is retired in the same moment when it must go at once', () => {
    expect(signingKeyState({ retiresAt: retirement(purpose, NOW, true) }, NOW)).toBe('retired');
  });
});

it('a key that was not replaced signs', () => {
  expect(signingKeyState({ retiresAt: null }, NOW)).toBe('signing');
});
