import { setImmediate as turn } from 'node:timers/promises';
import type { Db } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import { deleteValuesBefore, rollUpOldest } from './metrics.store.ts';

const DAY_MS = 86_400_000;
const BATCH_ROWS = 10_000;
/** Ten seconds for a day, a minute for a week, ten minutes for as long as the retention lasts. */
const ROLL_UPS = [
  { fromSeconds: 10, toSeconds: 60, afterDays: 1 },
  { fromSeconds: 60, toSeconds: 600, afterDays: 7 },
] as const;

/** Makes old figures coarser, a few minutes at a time. */
export async function rollUpMetrics(db: Db, clock: Clock): Promise<void> {
  for (const { afterDays, ...steps } of ROLL_UPS) {
    const stepMs = steps.toSeconds * 1_000;
    const before = new Date(Math.floor((clock().getTime() - afterDays * DAY_MS) / stepMs) * stepMs);
    while (await rollUpOldest(db, { ...steps, before })) await turn();
  }
}

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
