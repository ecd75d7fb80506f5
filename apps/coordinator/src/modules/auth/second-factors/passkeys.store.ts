import { APPROVING_ROLES } from '@mcp-coordinator/contract/permissions';
import type { Passkey } from '@mcp-coordinator/contract/second-factors.contract';
import type { Db, Tx } from '../../../db/schema.ts';

export interface StoredPasskey {
  id: string;
  credentialId: string;
  userId: number;
  name: string;
  publicKey: string;
  counter: number;
  transports: string[];
  backedUp: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const passkeys = (db: Db) =>
  db
    .selectFrom('passkeys')
    .select([
      'id',
      'credential_id as credentialId',
      'user_id as userId',
      'name',
      'public_key as publicKey',
      'counter',
      'transports',
      'backed_up as backedUp',
      'created_at as createdAt',
      'last_used_at as lastUsedAt',
    ]);
type Row = Awaited<ReturnType<ReturnType<typeof passkeys>['executeTakeFirstOrThrow']>>;
const parse = (row: Row): StoredPasskey => ({ ...row, counter: Number(row.counter) });

export const passkeysOf = async (db: Db, userId: number): Promise<StoredPasskey[]> =>
  (await passkeys(db).where('user_id', '=', userId).orderBy('created_at').orderBy('id').execute()).map(parse);

export async function findOwnPasskey(
  db: Db,
  userId: number,
  which: { id: string } | { credentialId: string },
): Promise<StoredPasskey | undefined> {
  const own = passkeys(db).where('user_id', '=', userId);
  const one = 'id' in which ? own.where('id', '=', which.id) : own.where('credential_id', '=', which.credentialId);
  const row = await one.executeTakeFirst();
  return row && parse(row);
}

/** The passkeys of everyone who may approve now, or of one person, with their names. */
export async function passkeysOfApprovers(db: Db, userId?: number) {
  const query = db
    .selectFrom('passkeys')
    .innerJoin('users', 'users.id', 'passkeys.user_id')
    .select(['users.username', 'passkeys.name', 'passkeys.credential_id as credentialId'])
    .select('passkeys.public_key as publicKey')
    .orderBy('users.username')
    .orderBy('passkeys.created_at');
  return userId === undefined
    ? query
        .where('users.disabled', '=', false)
        .where('users.role', 'in', [...APPROVING_ROLES])
        .execute()
    : query.where('users.id', '=', userId).execute();
}

export type NewPasskey = Omit<StoredPasskey, 'createdAt' | 'lastUsedAt'>;

/** False when the credential is known already, whosever it is. */
export async function insertPasskey(tx: Tx, passkey: NewPasskey, now: Date): Promise<boolean> {
  const row = await tx
    .insertInto('passkeys')
    .values({
      id: passkey.id,
      credential_id: passkey.credentialId,
      user_id: passkey.userId,
      name: passkey.name,
      public_key: passkey.publicKey,
      counter: passkey.counter,
      transports: JSON.stringify(passkey.transports),
      backed_up: passkey.backedUp,
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export interface PasskeyUse {
  credentialId: string;
  userId: number;
  /** As it stood when the signature was verified, and as the authenticator says it is now. */
  storedCounter: number;
  counter: number;
  backedUp: boolean;
}

/** False when the passkey is gone, or was used otherwise, since it was verified. */
export async function savePasskeyUse(tx: Tx, use: PasskeyUse, now: Date): Promise<boolean> {
  const updated = await tx
    .updateTable('passkeys')
    .set({ counter: use.counter, backed_up: use.backedUp, last_used_at: now })
    .where('credential_id', '=', use.credentialId)
    .where('user_id', '=', use.userId)
    .where('counter', '=', `${use.storedCounter}`)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

export async function renameOwnPasskey(
  tx: Tx,
  userId: number,
  id: string,
  name: string,
): Promise<StoredPasskey | undefined> {
  await tx.updateTable('passkeys').set({ name }).where('id', '=', id).where('user_id', '=', userId).execute();
  return findOwnPasskey(tx, userId, { id });
}

export async function deleteOwnPasskey(tx: Tx, userId: number, id: string): Promise<{ name: string } | undefined> {
  return tx
    .deleteFrom('passkeys')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returning('name')
    .executeTakeFirst();
}

export async function deletePasskeys(tx: Tx, userId: number): Promise<number> {
  return Number((await tx.deleteFrom('passkeys').where('user_id', '=', userId).executeTakeFirst()).numDeletedRows);
}

export const toPasskey = ({ id, name, createdAt, lastUsedAt, backedUp }: StoredPasskey): Passkey => ({
  ...{ id, name, backedUp },
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});
