import { sessionState } from '@mcp-coordinator/core/auth/session-life';
import type { Handlers } from '../../http/handlers.ts';
import { type EndSessionsDeps, endOwnSessions, endUserSessions } from './end-sessions.ts';
import { openSessionsOf } from './sessions.store.ts';

export type SessionRouteName = 'listSessions' | 'endSession' | 'endOtherSessions' | 'endUserSessions';

const success = true as const;

export function sessionHandlers(deps: EndSessionsDeps): Handlers<SessionRouteName> {
  return {
    async listSessions({ caller }) {
      const now = deps.clock();
      const open = await openSessionsOf(deps.db, caller.userId);
      const sessions = open
        .filter((session) => sessionState(session, now) === 'live')
        .map(({ id, createdAt, lastSeenAt, address, userAgent }) => ({
          id,
          current: id === caller.sessionId,
          createdAt: createdAt.toISOString(),
          lastSeenAt: lastSeenAt.toISOString(),
          address,
          userAgent,
        }));
      return { status: 200, body: { success, sessions } };
    },
    async endSession({ params, caller, requestId }) {
      const ended = await endOwnSessions(deps, caller, { id: params.id }, requestId);
      return ended.ok ? { status: 200, body: { success, ended: ended.value } } : { refusal: ended.refusal };
    },
    async endOtherSessions({ caller, requestId }) {
      const ended = await endOwnSessions(deps, caller, { except: caller.sessionId }, requestId);
      if (!ended.ok) throw new Error('that there is none other is no refusal');
      return { status: 200, body: { success, ended: ended.value } };
    },
    async endUserSessions({ params, caller, requestId }) {
      const ended = await endUserSessions(deps, caller, params.id, requestId);
      return ended.ok ? { status: 200, body: { success, ended: ended.value } } : { refusal: ended.refusal };
    },
  };
}
