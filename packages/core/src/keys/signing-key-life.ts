import { SESSION_SECONDS_MAX } from '../auth/session-life.ts';

/** What a signing key may be for that rotates while the system runs. */
export const ROTATING_PURPOSES = ['grant', 'session'] as const;
export type RotatingPurpose = (typeof ROTATING_PURPOSES)[number];

/** Executors go by the nonce of their link, not by a clock; this only keeps a leaked grant from meaning anything for long. */
export const GRANT_SECONDS = 600;
/** How long another instance may go on signing with a key that was replaced, and how far clocks may be apart. */
const SPREAD_SECONDS = 120;

/** How long what a key signed stays valid, in seconds: a session's cookie outlives its tokens. */
const SIGNED_SECONDS: Readonly<Record<RotatingPurpose, number>> = {
  grant: GRANT_SECONDS,
  session: SESSION_SECONDS_MAX,
};

/**
 * When a key that is replaced now stops being accepted. Not before everything that it signed has expired, unless it must
 * go `atOnce` because somebody else may have it.
 */
export const retirement = (purpose: RotatingPurpose, now: Date, atOnce: boolean): Date =>
  atOnce ? now : new Date(now.getTime() + (SIGNED_SECONDS[purpose] + SPREAD_SECONDS) * 1000);

/** `signing`: signs and is accepted; `accepted`: replaced, what it signed still counts; `retired`: nothing of it counts. */
export type SigningKeyState = 'signing' | 'accepted' | 'retired';

export function signingKeyState(key: { readonly retiresAt: Date | null }, now: Date): SigningKeyState {
  if (key.retiresAt === null) return 'signing';
  return key.retiresAt.getTime() > now.getTime() ? 'accepted' : 'retired';
}
