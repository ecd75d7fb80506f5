import type { FailureCount } from '@mcp-coordinator/core/auth/lockout';
import type { Db, Tx } from '../../db/schema.ts';

const columns = [
  'subject',
  'failures',
  'window_started_at as windowStartedAt',
  'locked_until as lockedUntil',
  'lockouts',
] as const;

export async function readFailures(db: Db, subjects: readonly string[]): Promise<ReadonlyMap<string, FailureCount>> {
  const rows = await db.selectFrom('login_failures').select(columns).where('subject', 'in', subjects).execute();
  return new Map(rows.map((row) => [row.subject, row]));
}

/**
 * Locks the count of a subject, making it first where there is none: two failures at once are two. One statement, since a
 * success may delete the row between two.
 */
export const lockFailures = (tx: Tx, subject: string, now: Date): Promise<FailureCount> =>
  tx
    .insertInto('login_failures')
    .values({ subject, failures: 0, window_started_at: now, locked_until: null })
    .onConflict((conflict) => conflict.column('subject').doUpdateSet((eb) => ({ subject: eb.ref('excluded.subject') })))
    .returning(columns)
    .executeTakeFirstOrThrow();

export async function saveFailures(tx: Tx, subject: string, count: FailureCount): Promise<void> {
  await tx
    .updateTable('login_failures')
    .set({
      failures: count.failures,
      window_started_at: count.windowStartedAt,
      locked_until: count.lockedUntil,
      lockouts: count.lockouts,
    })
    .where('subject', '=', subject)
    .execute();
}

export async function forgetFailures(tx: Tx, subject: string): Promise<void> {
  await tx.deleteFrom('login_failures').where('subject', '=', subject).execute();
}

/** Names and addresses that were only tried once must not pile up. */
export async function deleteFailuresBefore(db: Db, before: Date): Promise<void> {
  await db
    .deleteFrom('login_failures')
    .where('window_started_at', '<', before)
    .where((eb) => eb.or([eb('locked_until', 'is', null), eb('locked_until', '<', before)]))
    .execute();
}
