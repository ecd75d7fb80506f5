import { sql } from 'kysely';
import { isLiveInstance } from '../../db/live-instance.ts';
import type { Db, Tx } from '../../db/schema.ts';
import type { ExecutionRow } from './executions.store.ts';

/** One runner at a time, fenced: whoever takes over raises the epoch, and what the other still writes is refused. */
export interface Lease {
  executionId: string;
  owner: string;
  epoch: number;
}
/** Renewed several times within it; a runner whose instance died is not waited for. */
const LEASE_SECONDS = 15;
const leaseEnd = sql<Date>`clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})`;
const hasDeadOwner = sql<boolean>`(lease_owner is not null and not ${isLiveInstance('lease_owner')})`;

/** Takes the lease of an unfinished execution that nobody holds, or whose holder has not been heard of in time. */
export async function takeLease(db: Db, executionId: string, owner: string): Promise<Lease | undefined> {
  const row = await db
    .updateTable('executions')
    .set((eb) => ({ lease_owner: owner, lease_epoch: eb('lease_epoch', '+', 1), lease_expires_at: leaseEnd }))
    .where('id', '=', executionId)
    .where('status', 'in', ['running', 'rolling_back'])
    .where((eb) =>
      eb.or([
        // Let go of: whatever the time, which may have been set back since.
        eb('lease_owner', 'is', null),
        eb('lease_expires_at', '<=', sql<Date>`clock_timestamp()`),
        hasDeadOwner,
      ]),
    )
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
export async function renewLease(db: Db, lease: Lease): Promise<boolean> {
  const updated = await db
    .updateTable('executions')
    .set({ lease_expires_at: leaseEnd })
    .where('id', '=', lease.executionId)
    .where('lease_owner', '=', lease.owner)
    .where('lease_epoch', '=', lease.epoch)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

/** Lets go at once: whoever is woken next may take it. */
export async function releaseLease(db: Db, lease: Lease): Promise<void> {
  await db
    .updateTable('executions')
    .set({ lease_expires_at: sql<Date>`clock_timestamp()`, lease_owner: null })
    .where('id', '=', lease.executionId)
    .where('lease_owner', '=', lease.owner)
    .where('lease_epoch', '=', lease.epoch)
    .execute();
}

/** Longer than an execution that waits for an executor pauses between two looks. */
const UNTOUCHED_SECONDS = 10;

/** Unfinished executions that nobody has looked at for a while: their runner died, or their wake-up was lost. */
export const orphanedExecutions = (db: Db) =>
  db
    .selectFrom('executions')
    .select('id')
    .where('status', 'in', ['running', 'rolling_back'])
    .where((eb) =>
      eb.or([
        eb(
          eb.fn.coalesce('lease_expires_at', 'started_at'),
          '<',
          sql<Date>`clock_timestamp() - make_interval(secs => ${UNTOUCHED_SECONDS})`,
        ),
        hasDeadOwner,
      ]),
    )
    .execute();

/** All that are unfinished, for when no other process can be at work. */
export const unfinishedExecutions = (db: Db) =>
  db.selectFrom('executions').select('id').where('status', 'in', ['running', 'rolling_back']).execute();

/** When the unfinished execution that stands still longest moved last: an action of it began or ended; null without one. */
export async function lastMoves(db: Db): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(moved) as at from (
      select greatest(executions.started_at, max(actions.started_at), max(actions.finished_at)) as moved
      from executions left join execution_actions as actions on actions.execution_id = executions.id
      where executions.status in ('running', 'rolling_back') group by executions.id
    ) as unfinished`.execute(db);
  return rows[0]?.at ?? null;
}
