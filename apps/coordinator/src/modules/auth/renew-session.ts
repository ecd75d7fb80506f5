import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { sessionState } from '@mcp-coordinator/core/auth/session-life';
import { judgeRefresh, type RefreshChain } from '@mcp-coordinator/core/auth/session-rotation';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { Clock, NewId } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { CredentialSignal } from './credential-signal.ts';
import type { SessionGrant } from './open-session.ts';
import { endSessions, lockSession, rotateSession, type StoredSession, touchSession } from './sessions.store.ts';

export interface RenewDeps {
  db: Db;
  clock: Clock;
  newId: NewId;
  recordAudit: RecordAudit;
  signal: CredentialSignal;
}
export interface RenewRequest {
  readonly caller: Person;
  readonly address: string;
  readonly requestId: string;
}
type Renewed = Result<SessionGrant, Refusal<'session_expired'>>;

const OVER = refuse('session_expired', 'The session has ended; sign in again.');

/**
 * Keeps a live session going: the answer is the next token of its chain, and its end stays where it was. A token that was
 * exchanged before is in two hands: then the session ends, for both.
 */
export async function renewSession(deps: RenewDeps, request: RenewRequest): Promise<Renewed> {
  // The end of a reused session must be kept, so that its refusal is a value of the transaction.
  const settled = await transact<Renewed, typeof OVER>(deps.db, async (tx) => {
    const session = await lockSession(tx, request.caller.sessionId);
    const now = deps.clock();
    if (!session || session.disabled || sessionState(session, now) !== 'live') return deny(OVER);
    const verdict = judgeRefresh(session, request.caller.refreshId, now);
    if (verdict === 'reuse') {
      await endReused(deps, tx, session, request);
      return accept(deny(OVER));
    }
    return accept(accept(await renew(deps, tx, session, verdict, request.requestId)));
  });
  if (!settled.ok) return settled;
  if (!settled.value.ok) deps.signal.raise();
  return settled.value;
}

async function renew(
  deps: RenewDeps,
  tx: Tx,
  session: StoredSession & RefreshChain,
  verdict: 'rotate' | 'repeat',
  requestId: string,
): Promise<SessionGrant> {
  const now = deps.clock();
  const repeated = verdict === 'repeat' ? session.current : null;
  const refreshId = repeated ?? deps.newId('refresh');
  if (repeated === null) await rotateSession(tx, session, refreshId, now);
  await touchSession(tx, session.id, now);
  await deps.recordAudit(tx, {
    action: 'session_refreshed',
    actor: session.username,
    target: session.username,
    requestId,
  });
  const user = { id: session.userId, username: session.username, role: session.role };
  return { sessionId: session.id, refreshId, createdAt: session.createdAt, user };
}

async function endReused(
  deps: RenewDeps,
  tx: Tx,
  session: StoredSession,
  { address, requestId }: RenewRequest,
): Promise<void> {
  await endSessions(tx, { id: session.id }, 'token_reused', deps.clock());
  await deps.recordAudit(tx, {
    action: 'session_reuse_detected',
    actor: session.username,
    target: session.username,
    result: 'denied',
    details: { address },
    requestId,
  });
  await deps.signal.send(tx, session.id);
}
