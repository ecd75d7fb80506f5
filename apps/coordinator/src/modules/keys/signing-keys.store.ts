import { type Selectable, sql } from 'kysely';
import type { Db, Schema, Tx } from '../../db/schema.ts';

export type SigningKeyRow = Selectable<Schema['signing_keys']>;
export type Purpose = SigningKeyRow['purpose'];

export interface NewSigningKey {
  id: string;
  purpose: Purpose;
  sealed: string;
  publicKey: string | null;
  endorsement: string | null;
}

/** Retired ones included: their endorsements lead from old keys to new ones. Oldest first. */
export const readSigningKeys = (db: Db): Promise<SigningKeyRow[]> =>
  db.selectFrom('signing_keys').selectAll().orderBy('created_at').orderBy('id').execute();

/** The key that signs; whoever else would replace it waits. */
export async function lockCurrentKey(tx: Tx, purpose: Purpose): Promise<SigningKeyRow | undefined> {
  // Not the row: who waits for that wakes up with a row that signs no more, and does not see the one that does.
  await sql`select pg_advisory_xact_lock(hashtext('mcp-coordinator signing keys'))`.execute(tx);
  return tx
    .selectFrom('signing_keys')
    .selectAll()
    .where('purpose', '=', purpose)
    .where('replaced_at', 'is', null)
    .executeTakeFirst();
}

export async function insertSigningKey(tx: Tx, key: NewSigningKey, now: Date): Promise<void> {
  await tx.insertInto('signing_keys').values(rowOf(key, now)).execute();
}

/** Where another instance was first, its key is the one. */
export async function insertFirstKey(db: Db, key: NewSigningKey, now: Date): Promise<void> {
  await db
    .insertInto('signing_keys')
    .values(rowOf(key, now))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

const rowOf = ({ id, purpose, sealed, publicKey, endorsement }: NewSigningKey, now: Date) => ({
  ...{ id, purpose, sealed, public_key: publicKey, endorsement },
  ...{ created_at: now, replaced_at: null, retires_at: null, retired_at: null },
});

export async function saveReplaced(tx: Tx, id: string, now: Date, retiresAt: Date): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ replaced_at: now, retires_at: retiresAt })
    .where('id', '=', id)
    .where('replaced_at', 'is', null)
    .execute();
}

/** Destroys the keys whose time is over, and answers which they were. */
export const retireKeys = (tx: Tx, now: Date): Promise<{ id: string; purpose: Purpose }[]> =>
  tx
    .updateTable('signing_keys')
    .set({ retired_at: now, sealed: null })
    .where('retired_at', 'is', null)
    .where('retires_at', '<=', now)
    .returning(['id', 'purpose'])
    .execute();
