import type { Tx } from '../../db/schema.ts';
import { sendCredentialEnded } from './credential-signal.ts';
import { endAllSessions } from './sessions.store.ts';

/** Ends all sessions there are, on every instance as soon as the transaction commits. Answers how many there were. */
export async function endEverySession(tx: Tx, now: Date): Promise<number> {
  const ended = await endAllSessions(tx, 'keys_rotated', now);
  await sendCredentialEnded(tx, 'all');
  return ended;
}
