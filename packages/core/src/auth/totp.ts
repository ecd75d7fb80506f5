/** RFC 6238, as every authenticator app assumes it. */
export const TOTP_PERIOD_SECONDS = 30;
/** A begun enrolment that nobody confirms is forgotten after this. */
export const TOTP_ENROLMENT_SECONDS = 10 * 60;

/** The digits of a code as people type it (`123 456`); nothing where it cannot be one. */
export function normaliseOtp(text: string): string | undefined {
  const code = text.normalize('NFKC').replaceAll(/[\s-]/gu, '');
  return /^\d{6}$/.test(code) ? code : undefined;
}

export const timeStepAt = (now: Date): number => Math.floor(now.getTime() / 1000 / TOTP_PERIOD_SECONDS);

export type StepVerdict = 'good' | 'used' | 'early' | 'late';

/**
 * Whether the code of a time step counts now: in its own step and, for who typed it at the end of it, in the next (RFC 6238
 * §5.2); never before, and never when it or a later one was accepted already.
 */
export function judgeStep(step: number, lastStep: number, now: Date): StepVerdict {
  const present = timeStepAt(now);
  if (step > present) return 'early';
  if (step < present - 1) return 'late';
  return step <= lastStep ? 'used' : 'good';
}
