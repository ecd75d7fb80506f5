import type { Tx } from '../../db/schema.ts';

export interface NewEpoch {
  epoch: number;
  firstIndex: number;
  lastCheckpoint: string | null;
  reason: string;
  startedAt: Date;
}

export async function insertEpoch(tx: Tx, row: NewEpoch): Promise<void> {
  await tx
    .insertInto('audit_epochs')
    .values({
      epoch: row.epoch,
      first_index: String(row.firstIndex),
      last_checkpoint: row.lastCheckpoint,
      reason: row.reason,
      started_at: row.startedAt,
    })
    .execute();
}
