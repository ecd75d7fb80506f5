import { describe, expect, it } from 'vitest';
import { judgeRefresh } from './session-rotation.ts';

const rotatedAt = new Date('2026-01-01T00:00:00Z');
const chain = { current: 'c', previous: 'b', rotatedAt };
const after = (milliseconds: number) => new Date(rotatedAt.getTime() + milliseconds);

describe('a refresh', () => {
  it.each([
    ['with the current id', 'c', 3_600_000, 'rotate'],
    ['with the one before, at once', 'b', 0, 'repeat'],
    ['with the one before, within ten seconds', 'b', 9_999, 'repeat'],
    ['with the one before, later', 'b', 10_000, 'reuse'],
    ['with an older one, at once', 'a', 0, 'reuse'],
    ['with none', undefined, 0, 'reuse'],
  ] as const)('%s', (_what, presented, milliseconds, verdict) => {
    expect(judgeRefresh(chain, presented, after(milliseconds))).toBe(verdict);
  });

  it('of a session that was never refreshed', () => {
    const fresh = { current: 'a', previous: null, rotatedAt: null };
    expect(judgeRefresh(fresh, 'a', rotatedAt)).toBe('rotate');
    expect(judgeRefresh(fresh, 'b', rotatedAt)).toBe('reuse');
    expect(judgeRefresh({ ...fresh, current: null }, 'a', rotatedAt)).toBe('rotate');
  });
});
