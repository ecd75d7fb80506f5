import { createHmac, timingSafeEqual } from 'node:crypto';
import { SESSION_COOKIE } from '../../http/authenticate-request.ts';
import type { CookieChange } from '../../http/handlers.ts';

export interface SessionCookies {
  /** The change that sets it to this session, for as long as it can live. */
  issue(sessionId: string, maxAgeSeconds: number): CookieChange;
  readonly clear: CookieChange;
  /** The session id of a cookie's value, if we signed it. */
  open(value: string): string | undefined;
}

export function createSessionCookies(secret: string): SessionCookies {
  const mac = (sessionId: string): Buffer =>
    createHmac('sha256', secret).update(`${SESSION_COOKIE}:${sessionId}`).digest();
  return {
    issue: (sessionId, maxAgeSeconds) => ({
      name: SESSION_COOKIE,
      value: `${sessionId}.${mac(sessionId).toString('base64url')}`,
      maxAgeSeconds,
    }),
    clear: { name: SESSION_COOKIE },
    open(value) {
      const [, sessionId, signature] = /^([\w-]{1,128})\.([\w-]{43})$/.exec(value) ?? [];
      if (!sessionId || !signature) return undefined;
      // 43 characters are 32 bytes, as the MAC has: the comparison takes the same time wherever they differ.
      return timingSafeEqual(Buffer.from(signature, 'base64url'), mac(sessionId)) ? sessionId : undefined;
    },
  };
}
