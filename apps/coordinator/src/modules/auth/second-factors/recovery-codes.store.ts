import { randomBytes } from 'node:crypto';
import {
  formatRecoveryCode,
  normaliseRecoveryCode,
  RECOVERY_CODE_BYTES,
  RECOVERY_CODES_MADE,
} from '@mcp-coordinator/core/auth/recovery-codes';
import type { Db, Tx } from '../../../db/schema.ts';
import { sha256Hex } from '../../../runtime.ts';

const hashOf = (normalised: string): string => sha256Hex(`recovery code ${normalised}`);

/** Makes a person's codes anew and answers them this once; the former ones are void, used or not. */
export async function replaceRecoveryCodes(tx: Tx, userId: number, now: Date): Promise<string[]> {
  await deleteRecoveryCodes(tx, userId);
  const codes = Array.from({ length: RECOVERY_CODES_MADE }, () => formatRecoveryCode(randomBytes(RECOVERY_CODE_BYTES)));
  const rows = codes.map((code) => ({
    code_hash: hashOf(normaliseRecoveryCode(code) ?? ''),
    user_id: userId,
    created_at: now,
  }));
  await tx.insertInto('recovery_codes').values(rows).execute();
  return codes;
}

export interface StoredRecoveryCode {
  hash: string;
  usedAt: Date | null;
}

/** A person's own code, used or not; nothing for what cannot be one. */
export async function findRecoveryCode(db: Db, userId: number, typed: string): Promise<StoredRecoveryCode | undefined> {
  const normalised = normaliseRecoveryCode(typed);
  if (normalised === undefined) return undefined;
  return db
    .selectFrom('recovery_codes')
    .select(['code_hash as hash', 'used_at as usedAt'])
    .where('code_hash', '=', hashOf(normalised))
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/** False when it was used, or replaced, in the meantime. */
export async function spendRecoveryCode(tx: Tx, hash: string, now: Date): Promise<boolean> {
  const updated = await tx
    .updateTable('recovery_codes')
    .set({ used_at: now })
    .where('code_hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

export async function recoveryCodesLeft(db: Db, userId: number): Promise<number> {
  const own = db.selectFrom('recovery_codes').select('code_hash').where('user_id', '=', userId);
  return (await own.where('used_at', 'is', null).execute()).length;
}

export async function deleteRecoveryCodes(tx: Tx, userId: number): Promise<void> {
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
}
