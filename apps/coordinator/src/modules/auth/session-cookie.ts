import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CookieChange } from '../../http/handlers.ts';
import type { Keys } from '../../keys.ts';

/** A session, and the place in its chain of refreshes. */
export interface SessionLink {
  readonly sessionId: string;
  readonly refreshId: string;
}

export interface SessionCookies {
  /** The change that sets it to this session, for as long as it can live. */
  issue(link: SessionLink, maxAgeSeconds: number): CookieChange;
  readonly clear: CookieChange;
  /** What a cookie's value says, if we signed it. */
  open(value: string): SessionLink | undefined;
}

/** `name` is part of what is signed: a value moved to another cookie is none. */
export function createSessionCookies(
  keys: Pick<Keys['sessions'], 'current' | 'accepted'>,
  name: string,
): SessionCookies {
  const mac = (secret: Uint8Array, { sessionId, refreshId }: SessionLink): Buffer =>
    createHmac('sha256', secret).update(`${name}:${sessionId}.${refreshId}`).digest();
  return {
    issue: (link, maxAgeSeconds) => ({
      name,
      value: `${link.sessionId}.${link.refreshId}.${mac(keys.current().cookie, link).toString('base64url')}`,
      maxAgeSeconds,
    }),
    clear: { name },
    open(value) {
      const [, sessionId, refreshId, signature] = /^([\w-]{1,128})\.([\w-]{1,128})\.([\w-]{43})$/.exec(value) ?? [];
      if (!sessionId || !refreshId || !signature) return undefined;
      const link = { sessionId, refreshId };
      // 43 characters are 32 bytes, as the MAC has: the comparison takes the same time wherever they differ.
      const given = Buffer.from(signature, 'base64url');
      return keys.accepted().some(({ cookie }) => timingSafeEqual(given, mac(cookie, link))) ? link : undefined;
    },
  };
}
