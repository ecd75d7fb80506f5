import { setImmediate as turn } from 'node:timers/promises';
import type { Db } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import { deleteValuesBefore } from './metrics.store.ts';

const DAY_MS = 86_400_000;
const BATCH_ROWS = 10_000;

/** Deletes what is older than the retention, in batches, so that no lock is held for long; answers how many values went. */
export async function pruneMetrics(db: Db, clock: Clock, retentionDays: number): Promise<number> {
  const before = new Date(clock().getTime() - retentionDays * DAY_MS);
  let total = 0;
  for (;;) {
    const deleted = await deleteValuesBefore(db, before, BATCH_ROWS);
    total += deleted;
    if (deleted < BATCH_ROWS) return total;
    // The embedded database answers without ever leaving this turn of the event loop: timers must have theirs.
    await turn();
  }
}
