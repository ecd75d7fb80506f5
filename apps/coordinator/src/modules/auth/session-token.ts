import { errors, jwtVerify, SignJWT } from 'jose';
import type { Clock, NewId } from '../../runtime.ts';
import { sha256Hex } from '../../runtime.ts';
import { BoundedMap } from './bounded-map.ts';

/** What a session token says once its signature, issuer, audience and type were checked. */
export interface SessionClaims {
  readonly sessionId: string;
  /** Its place in the session's chain of refreshes. */
  readonly refreshId: string;
  readonly userId: number;
  /** NumericDate. */
  readonly expiresAt: number;
}
export type TokenCheck = { state: 'valid'; claims: SessionClaims } | { state: 'expired' } | { state: 'invalid' };

export interface SessionTokens {
  sign(claims: SessionClaims): Promise<string>;
  check(token: string): Promise<TokenCheck>;
}

const ALGORITHM = 'HS256';
/** Our own type and audience: nothing else that is signed here or elsewhere passes for a session (RFC 8725 §3.11). */
const TYPE = 'mcp-session+jwt';
const AUDIENCE = 'mcp-coordinator-api';
const TOKEN_LENGTH_MAX = 4096;
const CACHED_MAX = 10_000;

export function createSessionTokens(deps: {
  secret: Uint8Array;
  issuer: string;
  clock: Clock;
  newId: NewId;
}): SessionTokens {
  // By the token's hash, so that a memory dump of the cache holds no credential. Only signatures are remembered: expiry is
  // checked each time here, and the session's state by whoever asks.
  const verified = new BoundedMap<string, SessionClaims>(CACHED_MAX);
  return {
    sign: ({ sessionId, refreshId, userId, expiresAt }) =>
      new SignJWT({ sid: sessionId, rid: refreshId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setIssuer(deps.issuer)
        .setAudience(AUDIENCE)
        .setSubject(String(userId))
        .setJti(deps.newId('jti'))
        .setIssuedAt(deps.clock())
        .setExpirationTime(expiresAt)
        .sign(deps.secret),

    async check(token) {
      if (token.length > TOKEN_LENGTH_MAX) return { state: 'invalid' };
      const hash = sha256Hex(token);
      const known = verified.get(hash);
      const checked: TokenCheck = known ? { state: 'valid', claims: known } : await verify(token);
      if (checked.state !== 'valid') return checked;
      if (checked.claims.expiresAt * 1000 <= deps.clock().getTime()) return { state: 'expired' };
      if (!known) verified.set(hash, checked.claims);
      return checked;
    },
  };

  async function verify(token: string): Promise<TokenCheck> {
    try {
      const { payload } = await jwtVerify(token, deps.secret, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: deps.issuer,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'iat', 'sub', 'sid', 'rid'],
        currentDate: deps.clock(),
      });
      return claimsOf(payload);
    } catch (error) {
      // The library says "no" by throwing. Expiry is looked at last, so an expired token is otherwise ours.
      if (error instanceof errors.JWTExpired) return { state: 'expired' };
      if (error instanceof errors.JOSEError) return { state: 'invalid' };
      throw error;
    }
  }
}

function claimsOf({ sub, sid, rid, exp }: { sub?: string; sid?: unknown; rid?: unknown; exp?: number }): TokenCheck {
  const userId = Number(sub);
  if (!Number.isSafeInteger(userId) || typeof sid !== 'string' || typeof rid !== 'string' || exp === undefined) {
    return { state: 'invalid' };
  }
  return { state: 'valid', claims: { userId, sessionId: sid, refreshId: rid, expiresAt: exp } };
}
