import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { sessionState } from '@mcp-coordinator/core/auth/session-life';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { SessionGrant } from './open-session.ts';
import { lockSession, touchSession } from './sessions.store.ts';

/** Keeps a live session going: the answer is a new token of it, and its end stays where it was. */
export function renewSession(
  deps: { db: Db; clock: Clock; recordAudit: RecordAudit },
  caller: Person,
  requestId: string,
): Promise<Result<SessionGrant, Refusal<'session_expired'>>> {
  return transact<SessionGrant, Refusal<'session_expired'>>(deps.db, async (tx) => {
    const session = await lockSession(tx, caller.sessionId);
    const now = deps.clock();
    if (!session || session.disabled || sessionState(session, now) !== 'live') {
      return deny(refuse('session_expired', 'The session has ended; sign in again.'));
    }
    await touchSession(tx, session.id, now);
    await deps.recordAudit(tx, {
      action: 'session_refreshed',
      actor: session.username,
      target: session.username,
      requestId,
    });
    const user = { id: session.userId, username: session.username, role: session.role };
    return accept({ sessionId: session.id, createdAt: session.createdAt, user });
  });
}
