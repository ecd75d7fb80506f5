import type { Db, Tx } from '../db/schema.ts';

export interface BackupRow {
  readonly id: string;
  readonly createdAt: Date;
  readonly finishedAt: Date;
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
}

export async function insertBackup(tx: Tx, { id, createdAt, finishedAt, path, bytes, rows }: BackupRow): Promise<void> {
  await tx
    .insertInto('backups')
    .values({ id, created_at: createdAt, finished_at: finishedAt, path, bytes: String(bytes), rows: String(rows) })
    .execute();
}

/** As of when the newest backup is; null while there was none. */
export async function newestBackupAt(db: Db | Tx): Promise<Date | null> {
  const row = await db
    .selectFrom('backups')
    .select('created_at')
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.created_at ?? null;
}
