import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { CredentialSignal } from './credential-signal.ts';
import { endSessions, type SessionChoice } from './sessions.store.ts';
import { lockAccount } from './users.store.ts';

export interface EndSessionsDeps {
  db: Db;
  clock: Clock;
  recordAudit: RecordAudit;
  signal: CredentialSignal;
}
type Ended<No extends Refusal = Refusal<'not_found'>> = Promise<Result<number, No>>;

const NO_SUCH_SESSION = refuse('not_found', 'You have no open session with this id; nothing was changed.');
const NO_SUCH_USER = refuse('not_found', 'There is no account with this id; nothing was changed.');

/** Ends one of one's own sessions (`not_found` when it is none), or all but the present one. Answers how many. */
export async function endOwnSessions(
  deps: EndSessionsDeps,
  caller: Person,
  which: { id: string } | { except: string },
  requestId: string,
): Ended {
  const { userId, username } = caller;
  const settled = await transact<number, typeof NO_SUCH_SESSION>(deps.db, async (tx) => {
    const ended = await end(deps, tx, { userId, ...which }, 'ended_by_owner', { caller, username, requestId });
    return ended === 0 && 'id' in which ? deny(NO_SUCH_SESSION) : accept(ended);
  });
  if (settled.ok) deps.signal.raise();
  return settled;
}

/** Signs somebody out everywhere. Answers how many sessions that ended. */
export async function endUserSessions(deps: EndSessionsDeps, caller: Person, userId: number, requestId: string): Ended {
  const settled = await transact<number, typeof NO_SUCH_USER>(deps.db, async (tx) => {
    const user = await lockAccount(tx, userId);
    if (!user) return deny(NO_SUCH_USER);
    const { username } = user;
    return accept(await end(deps, tx, { userId }, 'ended_by_admin', { caller, username, requestId }));
  });
  if (settled.ok) deps.signal.raise();
  return settled;
}

async function end(
  deps: EndSessionsDeps,
  tx: Tx,
  which: SessionChoice & { userId: number },
  reason: 'ended_by_owner' | 'ended_by_admin',
  { caller, username, requestId }: { caller: Person; username: string; requestId: string },
): Promise<number> {
  const ended = await endSessions(tx, which, reason, deps.clock());
  if (ended === 0) return ended;
  const record = { action: 'session_ended', actor: caller.actor, target: username } as const;
  await deps.recordAudit(tx, { ...record, details: { reason, sessionsEnded: ended }, requestId });
  await deps.signal.send(tx, `user:${which.userId}`);
  return ended;
}
