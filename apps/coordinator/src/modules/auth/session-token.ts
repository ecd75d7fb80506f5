import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Keys } from '../../keys.ts';
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

interface Verified {
  readonly state: 'valid';
  readonly claims: SessionClaims;
  readonly keyId: string;
}

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
  keys: Keys['sessions'];
  issuer: string;
  clock: Clock;
  newId: NewId;
}): SessionTokens {
  // By the token's hash, so that a memory dump of the cache holds no credential. Only signatures are remembered: expiry is
  // checked each time here, that its key still counts too, and the session's state by whoever asks.
  const verified = new BoundedMap<string, Verified>(CACHED_MAX);
  return {
    sign({ sessionId, refreshId, userId, expiresAt }) {
      const { id, token } = deps.keys.current();
      return new SignJWT({ sid: sessionId, rid: refreshId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: id })
        .setIssuer(deps.issuer)
        .setAudience(AUDIENCE)
        .setSubject(String(userId))
        .setJti(deps.newId('jti'))
        .setIssuedAt(deps.clock())
        .setExpirationTime(expiresAt)
        .sign(token);
    },

    async check(token) {
      if (token.length > TOKEN_LENGTH_MAX) return { state: 'invalid' };
      const hash = sha256Hex(token);
      const known = verified.get(hash);
      const stands = known && deps.keys.accepted().some(({ id }) => id === known.keyId);
      const checked = stands ? known : await verify(token);
      if (checked.state !== 'valid') return checked;
      const { claims } = checked;
      if (claims.expiresAt * 1000 <= deps.clock().getTime()) return { state: 'expired' };
      if (checked !== known) verified.set(hash, checked);
      return { state: 'valid', claims };
    },
  };

  async function verify(token: string): Promise<Verified | Exclude<TokenCheck, { state: 'valid' }>> {
    const keyId = keyIdOf(token);
    const key = keyId === undefined ? undefined : await deps.keys.find(keyId);
    if (!key) return { state: 'invalid' };
    try {
      const { payload } = await jwtVerify(token, key.token, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: deps.issuer,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'iat', 'sub', 'sid', 'rid'],
        currentDate: deps.clock(),
      });
      const claims = claimsOf(payload);
      return claims ? { state: 'valid', claims, keyId: key.id } : { state: 'invalid' };
    } catch (error) {
      // The library says "no" by throwing. Expiry is looked at last, so an expired token is otherwise ours.
      if (error instanceof errors.JWTExpired) return { state: 'expired' };
      if (error instanceof errors.JOSEError) return { state: 'invalid' };
      throw error;
    }
  }
}

/** Only a name by which to look among our own keys: nothing else of the header says what to verify with. */
function keyIdOf(token: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(token);
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    // What is no token has no key.
    return undefined;
  }
}

function claimsOf({ sub, sid, rid, exp }: JWTPayload): SessionClaims | undefined {
  const userId = Number(sub);
  if (!Number.isSafeInteger(userId) || typeof sid !== 'string' || typeof rid !== 'string' || exp === undefined) {
    return undefined;
  }
  return { userId, sessionId: sid, refreshId: rid, expiresAt: exp };
}
