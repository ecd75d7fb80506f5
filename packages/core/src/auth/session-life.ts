/** CONTRACT §2: half an hour idle, twelve hours in all, tokens an hour. */
export const SESSION_IDLE_SECONDS_MAX = 30 * 60;
export const SESSION_SECONDS_MAX = 12 * 3600;
export const TOKEN_SECONDS = 3600;
/** `last_seen_at` and `last_used_at` are written at most this often: a read must not cost a write each time. */
export const TOUCH_SECONDS_MIN = 60;

export interface SessionTimes {
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly endedAt: Date | null;
}

const secondsBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000;

export type SessionState = 'live' | 'ended' | 'idle_too_long' | 'lived_out';

export function sessionState(session: SessionTimes, now: Date): SessionState {
  if (session.endedAt) return 'ended';
  if (secondsBetween(session.createdAt, now) >= SESSION_SECONDS_MAX) return 'lived_out';
  return secondsBetween(session.lastSeenAt, now) >= SESSION_IDLE_SECONDS_MAX ? 'idle_too_long' : 'live';
}

/** Whole seconds the session has left if it stays in use. */
export const sessionSecondsLeft = (session: Pick<SessionTimes, 'createdAt'>, now: Date): number =>
  Math.max(0, Math.floor(SESSION_SECONDS_MAX - secondsBetween(session.createdAt, now)));

/** NumericDate (whole seconds) at which a token made now ends: never after its session. */
export const tokenExpiry = (session: Pick<SessionTimes, 'createdAt'>, now: Date): number =>
  Math.floor(now.getTime() / 1000) + Math.min(TOKEN_SECONDS, sessionSecondsLeft(session, now));

export const touchDue = (last: Date | null, now: Date): boolean =>
  last === null || secondsBetween(last, now) >= TOUCH_SECONDS_MIN;

/** Whether a machine key is past its end; null has none. */
export const keyExpired = (expiresAt: Date | null, now: Date): boolean =>
  expiresAt !== null && expiresAt.getTime() <= now.getTime();
