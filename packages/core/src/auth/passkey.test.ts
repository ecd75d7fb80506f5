import { describe, expect, it } from 'vitest';
import { challengeBytes, challengeProblem, counterMoved, digestOfChallenge, type StoredChallenge } from './passkey.ts';

const now = new Date('2026-01-01T00:00:00Z');
const stored: StoredChallenge = {
  userId: 1,
  purpose: 'approve',
  subject: 'proposal:p1',
  digest: null,
  expiresAt: new Date(now.getTime() + 1),
};
const use = { userId: 1, purpose: 'approve', subject: 'proposal:p1' } as const;

describe('a challenge', () => {
  it('serves whom and what it was made for', () => {
    expect(challengeProblem(stored, use, now)).toBeUndefined();
  });

  it.each([
    ['that nobody made, or that was used', undefined, use, 'challenge_unknown'],
    ['of someone else', stored, { ...use, userId: 2 }, 'challenge_foreign'],
    ['at its end', { ...stored, expiresAt: now }, use, 'challenge_expired'],
    ['for another purpose', stored, { ...use, purpose: 'sign_in' }, 'challenge_misused'],
    ['for another subject', stored, { ...use, subject: 'proposal:p2' }, 'challenge_misused'],
    ['for one subject, with none', stored, { ...use, subject: null }, 'challenge_misused'],
    ['for no subject, with one', { ...stored, subject: null }, use, 'challenge_misused'],
  ] as const)('%s does not', (_what, challenge, given, problem) => {
    expect(challengeProblem(challenge, given, now)).toBe(problem);
  });

  it('begins with the digest of what is approved', () => {
    const random = Uint8Array.from([1, 2, 3]);
    const bytes = challengeBytes(`sha256:${'0f'.repeat(32)}`, random);
    expect([...bytes]).toEqual([...Array(32).fill(15), 1, 2, 3]);
    expect([...challengeBytes(null, random)]).toEqual([1, 2, 3]);
    expect(digestOfChallenge(bytes)).toBe(`sha256:${'0f'.repeat(32)}`);
    expect(digestOfChallenge(challengeBytes(null, new Uint8Array(32)))).toBeNull();
  });
});

it.each([
  [0, 0, true],
  [0, 1, true],
  [5, 6, true],
  [5, 5, false],
  [5, 4, false],
  [5, 0, false],
])('a counter from %i to %i: %s', (before, after, moved) => {
  expect(counterMoved(before, after)).toBe(moved);
});
