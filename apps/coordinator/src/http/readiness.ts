import { sql } from 'kysely';
import { pendingMigrations } from '../db/migrate.ts';
import type { Db } from '../db/schema.ts';

/** What keeps this instance from serving, and why; empty when nothing does. */
export type Missing = () => Promise<{ part: string; reason: string }[]>;

export const createReadiness =
  (db: Db, isDraining: () => boolean): Missing =>
  async () => {
    if (isDraining()) return [{ part: 'coordinator', reason: 'it is stopping' }];
    try {
      await sql`select 1`.execute(db);
      const pending = await pendingMigrations(db);
      return pending.length > 0 ? [{ part: 'migrations', reason: `${pending.join(', ')} have not run` }] : [];
    } catch {
      return [{ part: 'database', reason: 'it does not answer' }];
    }
  };
