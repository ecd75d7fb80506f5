import { randomBytes } from 'node:crypto';
import { CHALLENGE_SECONDS, type ChallengePurpose, challengeBytes } from '@mcp-coordinator/core/auth/passkey';
import type { Tx } from '../../../db/schema.ts';
import { insertChallenge } from './challenges.store.ts';

export interface ChallengeWish {
  readonly userId: number;
  readonly purpose: ChallengePurpose;
  readonly subject: string | null;
  readonly digest: string | null;
}

export interface BegunChallenge {
  readonly bytes: Uint8Array;
  readonly expiresAt: string;
}

/** 256 fresh bits each time, behind the digest of the subject where there is one. */
export async function beginChallenge(tx: Tx, wish: ChallengeWish, now: Date): Promise<BegunChallenge> {
  const bytes = challengeBytes(wish.digest, randomBytes(32));
  const expiresAt = new Date(now.getTime() + CHALLENGE_SECONDS * 1000);
  await insertChallenge(tx, Buffer.from(bytes).toString('base64url'), { ...wish, expiresAt });
  return { bytes, expiresAt: expiresAt.toISOString() };
}
