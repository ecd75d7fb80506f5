import { accept } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { CredentialSignal } from './credential-signal.ts';
import { endSessions } from './sessions.store.ts';

/** Ends the session, and so every token of it. One that has ended in the meantime is as good, and leaves no second record. */
export async function logOut(
  deps: { db: Db; clock: Clock; recordAudit: RecordAudit; signal: CredentialSignal },
  caller: Person,
  requestId: string,
): Promise<void> {
  await transact<undefined, never>(deps.db, async (tx) => {
    const ended = await endSessions(tx, { id: caller.sessionId }, 'logged_out', deps.clock());
    if (ended === 0) return accept(undefined);
    const record = { action: 'session_ended', actor: caller.actor, target: caller.username } as const;
    await deps.recordAudit(tx, { ...record, details: { reason: 'logged_out' }, requestId });
    await deps.signal.send(tx, caller.sessionId);
    return accept(undefined);
  });
  deps.signal.raise();
}
