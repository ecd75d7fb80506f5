/** How long an answer to a challenge may take. */
export const CHALLENGE_SECONDS = 5 * 60;
export const PASSKEYS_MAX = 20;

export type ChallengePurpose = 'register' | 'sign_in' | 'approve' | 'manage_users' | 'manage_factors';

/** What a challenge is held to: it was made for one person, one purpose and at most one subject. */
export interface ChallengeUse {
  readonly userId: number;
  readonly purpose: ChallengePurpose;
  /** `proposal:…` or `assessment:…` where an approval is bound from birth. */
  readonly subject: string | null;
}
export interface StoredChallenge extends ChallengeUse {
  readonly expiresAt: Date;
  /** Of the subject, when the challenge was made. */
  readonly digest: string | null;
}

export type ChallengeProblem = 'challenge_unknown' | 'challenge_expired' | 'challenge_foreign' | 'challenge_misused';

/** Why a challenge does not serve, if it does not. Unknown is also what was used before. */
export function challengeProblem(
  stored: StoredChallenge | undefined,
  use: ChallengeUse,
  now: Date,
): ChallengeProblem | undefined {
  if (!stored) return 'challenge_unknown';
  if (stored.userId !== use.userId) return 'challenge_foreign';
  if (stored.expiresAt.getTime() <= now.getTime()) return 'challenge_expired';
  return stored.purpose === use.purpose && stored.subject === use.subject ? undefined : 'challenge_misused';
}

/**
 * Whether a signature counter went forward, or is not kept at all, as with synced passkeys (WebAuthn §6.1.1). One that stands
 * still or falls back tells of a copied authenticator.
 */
export const counterMoved = (stored: number, presented: number): boolean =>
  (stored === 0 && presented === 0) || presented > stored;

/**
 * The bytes to be signed: random ones, after those of the subject's digest where there is one. So the signature says what was
 * approved, to whoever knows the proposal, and no earlier signature serves again.
 */
export function challengeBytes(digest: string | null, random: Uint8Array): Uint8Array {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest ?? '')?.[1] ?? '';
  const prefix = (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  return Uint8Array.from([...prefix, ...random]);
}

const DIGEST_BYTES = 32;

/** The digest that the bytes of a challenge begin with; null where it was made for no subject. */
export function digestOfChallenge(challenge: Uint8Array): string | null {
  if (challenge.length <= DIGEST_BYTES) return null;
  const hex = Array.from(challenge.subarray(0, DIGEST_BYTES), (byte) => byte.toString(16).padStart(2, '0'));
  return `sha256:${hex.join('')}`;
}
