import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../../db/schema.ts';
import type { StoredAccount } from '../users.store.ts';
import { beginChallenge } from './begin-challenge.ts';
import {
  type CheckFactorDeps,
  checkFactor,
  type GivenFactor,
  givesFactor,
  type Proof,
  spendFactor,
} from './check-factor.ts';
import { enrolmentOf } from './enrolment.ts';
import {
  FACTOR_REFUSED,
  type FactorAttempt,
  type FactorRecordDeps,
  type FactorRefusal,
  kindOf,
  MFA_REQUIRED,
  recordFactorFailure,
  recordFactorRequested,
  recordRecoveryCode,
} from './factor-records.ts';
import { recoveryCodesLeft } from './recovery-codes.store.ts';

export type SignInFactorDeps = CheckFactorDeps & FactorRecordDeps;

/**
 * The second step of a sign-in, in the transaction that would open the session, once the password was right. Whatever it
 * refuses is recorded there, so that the transaction must commit. Answers the kind that served; null where none is enrolled.
 */
export async function passSecondFactor(
  deps: SignInFactorDeps,
  tx: Tx,
  account: StoredAccount,
  given: GivenFactor,
  from: { readonly address: string; readonly requestId: string },
): Promise<Result<Proof['kind'] | null, FactorRefusal>> {
  const { enrolled } = await enrolmentOf(tx, account.id);
  if (!enrolled) return accept(null);
  const { address, requestId } = from;
  const attempt: FactorAttempt = { username: account.username, during: 'sign_in', address, requestId };
  if (!givesFactor(given)) {
    await recordFactorRequested(deps, tx, attempt);
    return deny(MFA_REQUIRED);
  }
  const use = { userId: account.id, purpose: 'sign_in', subject: null } as const;
  const checked = await checkFactor(deps, tx, given, use);
  const spent = checked.ok && (await spendFactor(tx, checked.value, deps.clock()));
  if (!checked.ok || !spent) {
    await recordFactorFailure(deps, tx, attempt, kindOf(given), checked.ok ? 'spent_meanwhile' : checked.refusal);
    return deny(FACTOR_REFUSED);
  }
  if (checked.value.kind === 'recovery_code') {
    await recordRecoveryCode(deps, tx, attempt, await recoveryCodesLeft(tx, account.id));
  }
  return accept(checked.value.kind);
}

export interface SignInMethods {
  readonly methods: ('totp' | 'passkey' | 'recovery_code')[];
  readonly publicKey: Record<string, never> | null;
}

/** What a sign-in with the right password may go on with. It leaves a record: else passwords could be tried out in silence. */
export async function beginSecondFactor(
  deps: SignInFactorDeps,
  tx: Tx,
  { id: userId, username }: StoredAccount,
  from: { readonly address: string; readonly requestId: string },
): Promise<SignInMethods> {
  const { address, requestId } = from;
  await recordFactorRequested(deps, tx, { username, during: 'sign_in', address, requestId });
  const { enrolled, totp, passkeys, recoveryCodesLeft: left } = await enrolmentOf(tx, userId);
  const methods: SignInMethods['methods'] = [];
  if (passkeys.length > 0) methods.push('passkey');
  if (totp) methods.push('totp');
  if (enrolled && left > 0) methods.push('recovery_code');
  if (passkeys.length === 0) return { methods, publicKey: null };
  const wish = { userId, purpose: 'sign_in', subject: null, digest: null } as const;
  const { bytes } = await beginChallenge(tx, wish, deps.clock());
  return { methods, publicKey: await deps.relyingParty.requestOptions(bytes, passkeys) };
}
