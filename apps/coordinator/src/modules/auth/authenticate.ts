import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { keyExpired, sessionState, touchDue } from '@mcp-coordinator/core/auth/session-life';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import type { Caller } from '../../http/caller.ts';
import type { Clock } from '../../runtime.ts';
import { type StoredKey, touchKey } from './api-keys.store.ts';
import { machineOf, personOf } from './callers.ts';
import { keyHash, looksLikeKey } from './key-value.ts';
import type { RecentStates } from './recent-states.ts';
import type { SessionCookies, SessionLink } from './session-cookie.ts';
import type { SessionTokens } from './session-token.ts';
import { type StoredSession, touchSession } from './sessions.store.ts';

export type AuthenticationRefusal = Refusal<'unauthenticated' | 'session_expired'>;
export type Authentication = Result<Caller, AuthenticationRefusal>;

/** The credentials of a request, as they came. */
export interface Credentials {
  /** The `Authorization` header. */
  readonly authorization?: string | undefined;
  /** The `X-API-Key` header. */
  readonly apiKey?: string | undefined;
  /** The value of the session cookie. */
  readonly cookie?: string | undefined;
  /** Whether the session or key is read from the database now: true for what mints, approves or executes. */
  readonly fresh: boolean;
}

export interface AuthenticateDeps {
  db: Db;
  clock: Clock;
  tokens: SessionTokens;
  cookies: SessionCookies;
  /** By session id. */
  sessions: RecentStates<StoredSession>;
  /** By the hash of the key's value, and by its id. */
  keys: RecentStates<StoredKey>;
  keysById: RecentStates<StoredKey>;
}

/**
 * Who asks. Exactly one credential counts: the `Authorization` header, else `X-API-Key`, else the cookie. A bad one is
 * refused and never falls back to another, so that the cookie decided only where neither header was sent.
 */
export async function authenticate(deps: AuthenticateDeps, given: Credentials): Promise<Authentication> {
  if (given.authorization !== undefined) {
    const [, token] = /^Bearer +([^\s]+)$/i.exec(given.authorization) ?? [];
    return token ? authenticateToken(deps, token, given.fresh) : deny(NOT_VALID);
  }
  if (given.apiKey !== undefined) return authenticateKey(deps, given.apiKey, given.fresh);
  if (given.cookie !== undefined) {
    const link = deps.cookies.open(given.cookie);
    return link ? authenticateSession(deps, link, given.fresh) : deny(NOT_VALID);
  }
  return deny(refuse('unauthenticated', 'No credential was sent; sign in, or send a token or an API key.'));
}

/** A session token or an API key that came by itself, as in the first message on a WebSocket. */
export async function authenticateToken(
  deps: AuthenticateDeps,
  token: string,
  fresh: boolean,
): Promise<Authentication> {
  if (looksLikeKey(token)) return authenticateKey(deps, token, fresh);
  const checked = await deps.tokens.check(token);
  if (checked.state === 'invalid') return deny(NOT_VALID);
  if (checked.state === 'expired') return deny(TOKEN_EXPIRED);
  return authenticateSession(deps, checked.claims, fresh);
}

/** Whether who was let in before may stay: for links and sockets, which outlive the request that opened them. */
export async function isStillValid(deps: AuthenticateDeps, caller: Caller): Promise<boolean> {
  if (caller.kind === 'machine') {
    const key = await deps.keysById.read(caller.keyId, false);
    return key !== undefined && keyWorks(key, deps.clock());
  }
  const session = await deps.sessions.read(caller.sessionId, false);
  return session !== undefined && !session.disabled && sessionState(session, deps.clock()) === 'live';
}

const NOT_VALID = refuse('unauthenticated', 'The credential is not valid.');
const TOKEN_EXPIRED = refuse('session_expired', 'The token has expired; sign in again.');
const SESSION_OVER = refuse('session_expired', 'The session has ended; sign in again.');

async function authenticateSession(
  deps: AuthenticateDeps,
  claimed: SessionLink & { userId?: number },
  fresh: boolean,
): Promise<Authentication> {
  const session = await deps.sessions.read(claimed.sessionId, fresh);
  if (!session) return deny(SESSION_OVER);
  if (claimed.userId !== undefined && claimed.userId !== session.userId) return deny(NOT_VALID);
  const now = deps.clock();
  if (session.disabled || sessionState(session, now) !== 'live') return deny(SESSION_OVER);
  if (touchDue(session.lastSeenAt, now)) {
    // Noted in memory first, so that requests at the same time do not all write it.
    session.lastSeenAt = now;
    await touchSession(deps.db, session.id, now);
  }
  return accept(personOf(session, claimed.refreshId));
}

async function authenticateKey(deps: AuthenticateDeps, value: string, fresh: boolean): Promise<Authentication> {
  const hash = keyHash(value);
  const key = hash && (await deps.keys.read(hash, fresh));
  const now = deps.clock();
  if (!hash || !key || !keyWorks(key, now)) return deny(NOT_VALID);
  if (touchDue(key.lastUsedAt, now)) {
    key.lastUsedAt = now;
    await touchKey(deps.db, key.id, now);
  }
  return accept(machineOf(key));
}

/** A key works only while its owner is active: what it proposes counts as theirs, and a person who left proposes nothing. */
const keyWorks = (key: StoredKey, now: Date): boolean =>
  key.revokedAt === null && !key.ownerDisabled && !keyExpired(key.expiresAt, now);
