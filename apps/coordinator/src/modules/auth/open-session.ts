import type { Role } from '@mcp-coordinator/contract/permissions';
import { sessionSecondsLeft, tokenExpiry } from '@mcp-coordinator/core/auth/session-life';
import type { Tx } from '../../db/schema.ts';
import type { CookieChange } from '../../http/handlers.ts';
import type { Clock, NewId } from '../../runtime.ts';
import type { SessionCookies } from './session-cookie.ts';
import type { SessionTokens } from './session-token.ts';
import { insertSession } from './sessions.store.ts';

export interface SessionGrant {
  readonly sessionId: string;
  readonly createdAt: Date;
  readonly user: { readonly id: number; readonly username: string; readonly role: Role };
}

export interface OpenSessionDeps {
  clock: Clock;
  newId: NewId;
  tokens: SessionTokens;
  cookies: SessionCookies;
}

/** A session that begins now; always with an id of its own, so that none can be planted beforehand. */
export async function openSession(deps: OpenSessionDeps, tx: Tx, user: SessionGrant['user']): Promise<SessionGrant> {
  const [sessionId, createdAt] = [deps.newId('sess'), deps.clock()];
  await insertSession(tx, sessionId, user.id, createdAt);
  return { sessionId, createdAt, user: { id: user.id, username: user.username, role: user.role } };
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
  const token = await deps.tokens.sign({ sessionId: grant.sessionId, userId: grant.user.id, expiresAt });
  const cookie = deps.cookies.issue(grant.sessionId, sessionSecondsLeft(grant, now));
  return {
    status: 200,
    body: { success: true, token, expiresAt: new Date(expiresAt * 1000).toISOString(), user: grant.user },
    cookies: [cookie],
  };
}
