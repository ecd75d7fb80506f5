import type { Assertion } from '@mcp-coordinator/contract/second-factors.contract';
import {
  type ChallengeProblem,
  type ChallengePurpose,
  challengeProblem,
  counterMoved,
} from '@mcp-coordinator/core/auth/passkey';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../../db/schema.ts';
import type { Clock } from '../../../runtime.ts';
import { takeChallenge } from './challenges.store.ts';
import { findOwnPasskey, type PasskeyUse, savePasskeyUse } from './passkeys.store.ts';
import { findRecoveryCode, spendRecoveryCode } from './recovery-codes.store.ts';
import { claimedChallenge, type RelyingParty } from './relying-party.ts';
import { findTotp, spendStep } from './totp.store.ts';
import type { Totp } from './totp.ts';

export interface CheckFactorDeps {
  clock: Clock;
  totp: Totp;
  relyingParty: RelyingParty;
}

/** As it came with a request. */
export interface GivenFactor {
  readonly otp?: string | undefined;
  readonly assertion?: Assertion | undefined;
  readonly recoveryCode?: string | undefined;
}
export const givesFactor = ({ otp, assertion, recoveryCode }: GivenFactor): boolean =>
  otp !== undefined || assertion !== undefined || recoveryCode !== undefined;

export interface FactorUse {
  readonly userId: number;
  readonly purpose: ChallengePurpose;
  readonly subject: string | null;
}

/** A factor that was found right and is not spent yet. */
export type Proof =
  | { readonly kind: 'totp'; readonly userId: number; readonly step: number }
  | ({ readonly kind: 'passkey'; readonly assertion: Assertion; readonly digest: string | null } & Readonly<PasskeyUse>)
  | { readonly kind: 'recovery_code'; readonly hash: string };

/** Why a factor does not serve: for the audit log, never for who presented it. */
export type FactorProblem =
  | ChallengeProblem
  | 'nothing_enrolled'
  | 'totp_not_enrolled'
  | 'wrong_code'
  | 'code_used'
  | 'wrong_recovery_code'
  | 'recovery_code_used'
  | 'passkey_unknown'
  | 'assertion_invalid'
  | 'counter_regression'
  | 'spent_meanwhile';

/**
 * Holds what was given against what the person has enrolled. Takes the challenge of an assertion out whatever comes of it, so
 * that the transaction must commit; nothing else is spent.
 */
export function checkFactor(
  deps: CheckFactorDeps,
  tx: Tx,
  given: GivenFactor,
  use: FactorUse,
): Promise<Result<Proof, FactorProblem>> {
  if (given.otp !== undefined) return checkOtp(deps, tx, given.otp, use.userId);
  if (given.assertion !== undefined) return checkAssertion(deps, tx, given.assertion, use);
  return checkRecoveryCode(tx, given.recoveryCode ?? '', use.userId);
}

async function checkOtp(deps: CheckFactorDeps, tx: Tx, otp: string, userId: number) {
  const factor = await findTotp(tx, userId);
  if (!factor?.confirmedAt) return deny<FactorProblem>('totp_not_enrolled');
  const checked = await deps.totp.check(otp, userId, factor);
  return 'step' in checked
    ? accept<Proof>({ kind: 'totp', userId, step: checked.step })
    : deny<FactorProblem>(checked.problem);
}

async function checkAssertion(
  deps: CheckFactorDeps,
  tx: Tx,
  assertion: Assertion,
  use: FactorUse,
): Promise<Result<Proof, FactorProblem>> {
  const challenge = claimedChallenge(assertion.response.clientDataJSON);
  const taken = challenge === undefined ? undefined : await takeChallenge(tx, challenge);
  const problem = challengeProblem(taken, use, deps.clock());
  if (problem || !taken || challenge === undefined) return deny(problem ?? 'challenge_unknown');
  const passkey = await findOwnPasskey(tx, use.userId, { credentialId: assertion.id });
  if (!passkey) return deny('passkey_unknown');
  const signed = await deps.relyingParty.verifyAssertion(assertion, challenge, passkey);
  if (!signed) return deny('assertion_invalid');
  if (!counterMoved(passkey.counter, signed.counter)) return deny('counter_regression');
  return accept({
    kind: 'passkey',
    userId: use.userId,
    credentialId: passkey.credentialId,
    storedCounter: passkey.counter,
    ...signed,
    assertion,
    digest: taken.digest,
  });
}

async function checkRecoveryCode(tx: Tx, typed: string, userId: number): Promise<Result<Proof, FactorProblem>> {
  const code = await findRecoveryCode(tx, userId, typed);
  if (!code) return deny('wrong_recovery_code');
  return code.usedAt ? deny('recovery_code_used') : accept({ kind: 'recovery_code', hash: code.hash });
}

/** Spends a factor, in the transaction of what it serves; false when it was spent in the meantime. */
export function spendFactor(tx: Tx, proof: Proof, now: Date): Promise<boolean> {
  switch (proof.kind) {
    case 'totp':
      return spendStep(tx, proof.userId, proof.step);
    case 'passkey':
      return savePasskeyUse(tx, proof, now);
    case 'recovery_code':
      return spendRecoveryCode(tx, proof.hash, now);
  }
}
