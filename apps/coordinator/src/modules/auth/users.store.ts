import type { Role } from '@mcp-coordinator/contract/permissions';
import { sql } from 'kysely';
import type { Db, Tx } from '../../db/schema.ts';

/** What a password is held against. */
export interface StoredAccount {
  id: number;
  username: string;
  role: Role;
  disabled: boolean;
  passwordHash: string;
}

const accounts = (db: Db) =>
  db.selectFrom('users').select(['id', 'username', 'role', 'disabled', 'password_hash as passwordHash']);

export const findAccount = (db: Db, username: string): Promise<StoredAccount | undefined> =>
  accounts(db).where('username', '=', username).executeTakeFirst();

export const findAccountById = (db: Db, id: number): Promise<StoredAccount | undefined> =>
  accounts(db).where('id', '=', id).executeTakeFirst();

/** Holds the row until the transaction ends, so that what was read of it stays true. */
export const lockAccount = (tx: Tx, id: number): Promise<StoredAccount | undefined> =>
  accounts(tx).where('id', '=', id).forUpdate().executeTakeFirst();

/** The account and every active admin, locked in one order: two who demote one another cannot both succeed. */
export const lockWithAdmins = (tx: Tx, id: number): Promise<StoredAccount[]> =>
  accounts(tx)
    .where((eb) => eb.or([eb('id', '=', id), eb.and([eb('role', '=', 'admin'), eb('disabled', '=', false)])]))
    .orderBy('id')
    .forUpdate()
    .execute();

/** An active account that may own something; `for share`, since whoever disables it comes before or after. */
export const lockActiveOwner = (tx: Tx, username: string): Promise<{ id: number } | undefined> =>
  tx
    .selectFrom('users')
    .select('id')
    .where('username', '=', username)
    .where('disabled', '=', false)
    .forShare()
    .executeTakeFirst();

export const firstAdmin = (tx: Tx): Promise<{ id: number; username: string } | undefined> =>
  tx
    .selectFrom('users')
    .select(['id', 'username'])
    .where('role', '=', 'admin')
    .where('disabled', '=', false)
    .orderBy('id')
    .limit(1)
    .forShare()
    .executeTakeFirst();

export async function anyUserExists(db: Db): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** Two instances that start at once seed one after the other. */
export const lockSeeding = (tx: Tx) => sql`select pg_advisory_xact_lock(hashtext('mcp-coordinator seed'))`.execute(tx);

export interface NewUser {
  username: string;
  passwordHash: string;
  role: Role;
  createdBy: number | null;
}

/** The id, or nothing when the name is taken. */
export async function insertUser(tx: Tx, user: NewUser, now: Date): Promise<number | undefined> {
  const row = await tx
    .insertInto('users')
    .values({
      username: user.username,
      password_hash: user.passwordHash,
      role: user.role,
      created_at: now,
      created_by: user.createdBy,
      role_changed_at: now,
      role_changed_by: user.createdBy,
    })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export async function saveUser(
  tx: Tx,
  id: number,
  change: {
    role: Role;
    disabled: boolean;
    passwordHash?: string | undefined;
    roleChange?: { at: Date; by: number };
    accessGiven?: { at: Date; by: number };
  },
): Promise<void> {
  await tx
    .updateTable('users')
    .set({
      role: change.role,
      disabled: change.disabled,
      ...(change.passwordHash ? { password_hash: change.passwordHash } : {}),
      ...(change.roleChange ? { role_changed_at: change.roleChange.at, role_changed_by: change.roleChange.by } : {}),
      ...(change.accessGiven ? accessGiven(change.accessGiven) : {}),
    })
    .where('id', '=', id)
    .execute();
}

const accessGiven = ({ at, by }: { at: Date; by: number }) => ({ access_given_at: at, access_given_by: by });

/** That another person let them in: for a day the account is not somebody else's than theirs. */
export async function saveAccessGiven(tx: Tx, id: number, given: { at: Date; by: number }): Promise<void> {
  await tx.updateTable('users').set(accessGiven(given)).where('id', '=', id).execute();
}

export async function savePassword(tx: Tx, id: number, passwordHash: string): Promise<void> {
  await tx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', id).execute();
}

export async function saveLastLogin(tx: Tx, id: number, now: Date): Promise<void> {
  await tx.updateTable('users').set({ last_login_at: now }).where('id', '=', id).execute();
}
