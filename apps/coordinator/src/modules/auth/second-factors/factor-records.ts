import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { Tx } from '../../../db/schema.ts';
import type { Clock } from '../../../runtime.ts';
import type { RecordAudit } from '../../audit/audit.module.ts';
import { countLoginFailure, type LoginLimits } from '../login-limits.ts';
import type { FactorProblem, GivenFactor, Proof } from './check-factor.ts';

export const MFA_REQUIRED = refuse(
  'mfa_required',
  'A second factor is needed: send otp, or assertion for a passkey; who has none enrols one at /account. Nothing was changed.',
);
/** One answer whatever is wrong with it: which it was stands in the audit log. */
export const FACTOR_REFUSED = refuse(
  'second_factor_refused',
  'The second factor is wrong, has expired, or was used already. Nothing was changed.',
);
export type FactorRefusal = Refusal<'mfa_required' | 'second_factor_refused'>;

export interface FactorAttempt {
  readonly username: string;
  /** What it was presented for: `sign_in`, `approve`, … */
  readonly during: string;
  readonly address: string;
  readonly requestId: string;
}

export interface FactorRecordDeps {
  clock: Clock;
  limits: LoginLimits;
  recordAudit: RecordAudit;
}

export const kindOf = (given: GivenFactor): Proof['kind'] => {
  if (given.otp !== undefined) return 'totp';
  return given.assertion === undefined ? 'recovery_code' : 'passkey';
};

/** A wrong factor counts like a wrong password: the same locks, the same address. */
export async function recordFactorFailure(
  deps: FactorRecordDeps,
  tx: Tx,
  { username, during, address, requestId }: FactorAttempt,
  factor: Proof['kind'],
  reason: FactorProblem,
): Promise<void> {
  const lockedSeconds = await countLoginFailure(tx, deps.limits, { username, address }, deps.clock());
  await deps.recordAudit(tx, {
    action: 'second_factor_failed',
    actor: username,
    target: username,
    result: 'denied',
    details: { address, during, factor, reason, ...(lockedSeconds > 0 ? { lockedSeconds } : {}) },
    requestId,
  });
}

/** Somebody came as far as the second factor and gave none: no guess, but whoever has lost a password wants to know. */
export const recordFactorRequested = (
  deps: Pick<FactorRecordDeps, 'recordAudit'>,
  tx: Tx,
  { username, during, address, requestId }: FactorAttempt,
): Promise<void> =>
  deps.recordAudit(tx, {
    action: 'second_factor_requested',
    actor: username,
    target: username,
    result: 'denied',
    details: { address, during },
    requestId,
  });

/** A recovery code is rare, and gone: it has a record of its own beside what it served for. */
export async function recordRecoveryCode(
  deps: Pick<FactorRecordDeps, 'recordAudit'>,
  tx: Tx,
  { username, during, address, requestId }: FactorAttempt,
  left: number,
): Promise<void> {
  await deps.recordAudit(tx, {
    action: 'recovery_code_used',
    actor: username,
    target: username,
    details: { address, during, left },
    requestId,
  });
}
