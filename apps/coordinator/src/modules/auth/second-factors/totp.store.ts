import type { Db, Tx } from '../../../db/schema.ts';

export interface StoredTotp {
  sealedSecret: string;
  begunAt: Date;
  confirmedAt: Date | null;
  lastStep: number;
}

const totp = (db: Db, userId: number) =>
  db
    .selectFrom('totp_factors')
    .select([
      'sealed_secret as sealedSecret',
      'begun_at as begunAt',
      'confirmed_at as confirmedAt',
      'last_step as lastStep',
    ])
    .where('user_id', '=', userId);

export const findTotp = (db: Db, userId: number): Promise<StoredTotp | undefined> =>
  totp(db, userId).executeTakeFirst();

export const lockTotp = (tx: Tx, userId: number): Promise<StoredTotp | undefined> =>
  totp(tx, userId).forUpdate().executeTakeFirst();

/** Takes the place of one that was begun; false, and nothing changed, where one is confirmed. */
export async function saveTotpBegun(tx: Tx, userId: number, sealedSecret: string, now: Date): Promise<boolean> {
  const begun = { sealed_secret: sealedSecret, begun_at: now, last_step: 0 };
  const row = await tx
    .insertInto('totp_factors')
    .values({ user_id: userId, ...begun })
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet(begun).where('totp_factors.confirmed_at', 'is', null),
    )
    .returning('user_id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function saveTotpConfirmed(tx: Tx, userId: number, step: number, now: Date): Promise<void> {
  await tx
    .updateTable('totp_factors')
    .set({ confirmed_at: now, last_step: step })
    .where('user_id', '=', userId)
    .execute();
}

/** Spends the code of a step; false when it, or a later one, was spent already. */
export async function spendStep(tx: Tx, userId: number, step: number): Promise<boolean> {
  const updated = await tx
    .updateTable('totp_factors')
    .set({ last_step: step })
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is not', null)
    .where('last_step', '<', step)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

/** True when there was a confirmed one; one that was only begun goes with it. */
export async function deleteTotp(tx: Tx, userId: number): Promise<boolean> {
  const row = await tx
    .deleteFrom('totp_factors')
    .where('user_id', '=', userId)
    .returning('confirmed_at as confirmedAt')
    .executeTakeFirst();
  return row !== undefined && row.confirmedAt !== null;
}
