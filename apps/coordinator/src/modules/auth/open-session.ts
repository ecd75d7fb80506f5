import type { Role } from '@mcp-coordinator/contract/permissions';
import { sessionSecondsLeft, tokenExpiry } from '@mcp-coordinator/core/auth/session-life';
import type { Tx } from '../../db/schema.ts';
import type { CookieChange } from '../../http/handlers.ts';
import type { Clock, NewId } from '../../runtime.ts';
import type { SessionCookies } from './session-cookie.ts';
import type { SessionTokens } from './session-token.ts';
import { insertSession, originOfSession } from './sessions.store.ts';

export interface SessionGrant {
  readonly sessionId: string;
  /** The newest of the session's chain of refresh ids; its token and its cookie carry it. */
  readonly refreshId: string;
  readonly createdAt: Date;
  readonly user: { readonly id: number; readonly username: string; readonly role: Role };
}

export interface OpenSessionDeps {
  clock: Clock;
  newId: NewId;
  tokens: SessionTokens;
  cookies: SessionCookies;
}

/** Where a sign-in came from, for its owner to recognise; or the session that a fresh one takes the place of. */
export type SessionOrigin = { readonly address: string; readonly userAgent: string } | { readonly continues: string };

/** A session that begins now; always with an id of its own, so that none can be planted beforehand. */
export async function openSession(
  deps: OpenSessionDeps,
  tx: Tx,
  user: SessionGrant['user'],
  origin: SessionOrigin,
): Promise<SessionGrant> {
  const [sessionId, refreshId, createdAt] = [deps.newId('sess'), deps.newId('refresh'), deps.clock()];
  const from = 'continues' in origin ? await originOfSession(tx, origin.continues) : origin;
  await insertSession(tx, { id: sessionId, userId: user.id, refreshId, ...from }, createdAt);
  return { sessionId, refreshId, createdAt, user: { id: user.id, username: user.username, role: user.role } };
}

export interface SessionAnswer {
  status: 200;
  body: { success: true; token: string; expiresAt: string; user: SessionGrant['user'] };
  cookies: CookieChange[];
}

/** The answer of everything that opens or renews a session: a token, and the cookie with it. */
export async function sessionAnswer(deps: OpenSessionDeps, grant: SessionGrant): Promise<SessionAnswer> {
  const now = deps.clock();
  const expiresAt = tokenExpiry(grant, now);
  const { sessionId, refreshId } = grant;
  const token = await deps.tokens.sign({ sessionId, refreshId, userId: grant.user.id, expiresAt });
  const cookie = deps.cookies.issue({ sessionId, refreshId }, sessionSecondsLeft(grant, now));
  return {
    status: 200,
    body: { success: true, token, expiresAt: new Date(expiresAt * 1000).toISOString(), user: grant.user },
    cookies: [cookie],
  };
}
