import { sql } from 'kysely';
import { pendingMigrations } from '../db/migrate.ts';
import type { Db } from '../db/schema.ts';

/** A record is in the tree within a second; this long means that the sequencer is stuck. */
const LAG_SECONDS_MAX = 60;

/** What keeps this instance from serving, and why; empty when nothing does. */
export type Missing = () => Promise<{ part: string; reason: string }[]>;

export const createReadiness =
  (db: Db, isDraining: () => boolean, auditLagSeconds: () => Promise<number>): Missing =>
  async () => {
    if (isDraining()) return [{ part: 'coordinator', reason: 'it is stopping' }];
    try {
      await sql`select 1`.execute(db);
      const pending = await pendingMigrations(db);
      if (pending.length > 0) return [{ part: 'migrations', reason: `${pending.join(', ')} have not run` }];
      const lag = Math.round(await auditLagSeconds());
      return lag > LAG_SECONDS_MAX
        ? [{ part: 'audit', reason: `records have waited for their place in the log for ${lag} s` }]
        : [];
    } catch {
      return [{ part: 'database', reason: 'it does not answer' }];
    }
  };
