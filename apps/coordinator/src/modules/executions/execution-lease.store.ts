import type { Db, Tx } from '../../db/schema.ts';
import type { ExecutionRow } from './executions.store.ts';

/** One runner at a time, fenced: whoever takes over raises the epoch, and what the other still writes is refused. */
export interface Lease {
  executionId: string;
  owner: string;
  epoch: number;
}
const LEASE_SECONDS = 30;

/** Takes the lease of an unfinished execution that nobody holds, or whose holder has not been heard of in time. */
export async function takeLease(db: Db, executionId: string, owner: string, now: Date): Promise<Lease | undefined> {
  const row = await db
    .updateTable('executions')
    .set((eb) => ({
      lease_owner: owner,
      lease_epoch: eb('lease_epoch', '+', 1),
      lease_expires_at: new Date(now.getTime() + LEASE_SECONDS * 1000),
    }))
    .where('id', '=', executionId)
    .where('status', 'in', ['running', 'rolling_back'])
    .where((eb) => eb.or([eb('lease_expires_at', 'is', null), eb('lease_expires_at', '<=', now)]))
    .returning('lease_epoch')
    .executeTakeFirst();
  return row && { executionId, owner, epoch: row.lease_epoch };
}

const held = (lease: Lease, row: Pick<ExecutionRow, 'lease_owner' | 'lease_epoch'>): boolean =>
  row.lease_owner === lease.owner && row.lease_epoch === lease.epoch;

/** Locks the execution's row if this lease still holds; nothing when another runner has taken over. */
export async function lockWithLease(tx: Tx, lease: Lease): Promise<ExecutionRow | undefined> {
  const row = await tx
    .selectFrom('executions')
    .selectAll()
    .where('id', '=', lease.executionId)
    .forUpdate()
    .executeTakeFirst();
  return row && held(lease, row) ? row : undefined;
}

/** Answers false when the lease was lost. */
export async function renewLease(db: Db, lease: Lease, now: Date): Promise<boolean> {
  const updated = await db
    .updateTable('executions')
    .set({ lease_expires_at: new Date(now.getTime() + LEASE_SECONDS * 1000) })
    .where('id', '=', lease.executionId)
    .where('lease_owner', '=', lease.owner)
    .where('lease_epoch', '=', lease.epoch)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

/** Lets go at once: whoever is woken next may take it. */
export async function releaseLease(db: Db, lease: Lease, now: Date): Promise<void> {
  await db
    .updateTable('executions')
    .set({ lease_expires_at: now, lease_owner: null })
    .where('id', '=', lease.executionId)
    .where('lease_owner', '=', lease.owner)
    .where('lease_epoch', '=', lease.epoch)
    .execute();
}

/** Unfinished executions that nobody has looked at for a while: their runner died, or their wake-up was lost. */
export const orphanedExecutions = (db: Db, untouchedSince: Date) =>
  db
    .selectFrom('executions')
    .select('id')
    .where('status', 'in', ['running', 'rolling_back'])
    .where((eb) => eb(eb.fn.coalesce('lease_expires_at', 'started_at'), '<', untouchedSince))
    .execute();

/** After a restart of the only process there can be, every lease is a dead one's. */
export const clearLeases = (db: Db) =>
  db.updateTable('executions').set({ lease_owner: null, lease_expires_at: null }).execute();
