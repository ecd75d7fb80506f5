import type { StoredChallenge } from '@mcp-coordinator/core/auth/passkey';
import type { Db, Tx } from '../../../db/schema.ts';
import { sha256Hex } from '../../../runtime.ts';

/** Challenges by their hash: who reads the table can answer none of them. */
export async function insertChallenge(tx: Tx, challenge: string, row: StoredChallenge): Promise<void> {
  await tx
    .insertInto('passkey_challenges')
    .values({
      challenge_hash: sha256Hex(challenge),
      user_id: row.userId,
      purpose: row.purpose,
      subject: row.subject,
      digest: row.digest,
      expires_at: row.expiresAt,
    })
    .execute();
}

/** Takes it out, whoever presents it and whatever comes of it: of two who do at once, one finds it. */
export const takeChallenge = (tx: Tx, challenge: string): Promise<StoredChallenge | undefined> =>
  tx
    .deleteFrom('passkey_challenges')
    .where('challenge_hash', '=', sha256Hex(challenge))
    .returning(['user_id as userId', 'purpose', 'subject', 'digest', 'expires_at as expiresAt'])
    .executeTakeFirst();

export async function deleteChallengesOf(tx: Tx, userId: number): Promise<void> {
  await tx.deleteFrom('passkey_challenges').where('user_id', '=', userId).execute();
}

export async function deleteChallengesBefore(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('passkey_challenges').where('expires_at', '<', before).execute();
}
