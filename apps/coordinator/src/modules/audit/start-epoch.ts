import { accept } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from './audit-entry.ts';
import { insertEpoch } from './epochs.store.ts';
import * as tree from './tree.store.ts';

export interface StartEpochDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly recordAudit: RecordAudit;
}

/**
 * After the database was restored from a copy: what happened since the copy is lost, and a log that went on under its old name
 * would contradict what witnesses have seen. A new epoch is a log of another name, whose first record names the last
 * checkpoint of the copy. Credentials from before are ended by `endCredentials`, in the same transaction.
 */
export async function startEpoch(
  { db, clock, recordAudit }: StartEpochDeps,
  { reason, operator, endCredentials }: { reason: string; operator: string; endCredentials: (tx: Tx) => Promise<void> },
): Promise<number> {
  const started = await transact(db, async (tx) => {
    await tree.awaitSequencerLock(tx);
    const epoch = (await tree.logEpoch(tx)) + 1;
    const head = await tree.newestCheckpoint(tx);
    const size = head?.size ?? 0;
    const lastCheckpoint = head?.note ?? null;
    await insertEpoch(tx, { epoch, firstIndex: size, lastCheckpoint, reason, startedAt: clock() });
    await endCredentials(tx);
    await recordAudit(tx, {
      action: 'audit_epoch_started',
      actor: 'system',
      target: `epoch-${epoch}`,
      details: { epoch, reason, operator, size, lastCheckpoint },
    });
    return accept(epoch);
  });
  if (!started.ok) throw new Error('a transaction without refusals was refused');
  return started.value;
}
