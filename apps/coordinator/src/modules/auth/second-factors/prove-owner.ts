import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../../db/schema.ts';
import { transact } from '../../../db/transaction.ts';
import { checkLocks } from '../login-limits.ts';
import type { Crowded, PasswordHashing } from '../password-hashing.ts';
import { recordWrongPassword } from '../record-wrong-password.ts';
import { findAccount, lockAccount } from '../users.store.ts';
import { givesFactor } from './check-factor.ts';
import { enrolmentOf } from './enrolment.ts';
import { MFA_REQUIRED, recordFactorRequested } from './factor-records.ts';
import { type StepUpDeps, type StepUpRefusal, type StepUpRequest, underFactor } from './step-up.ts';

export interface ProveOwnerDeps extends StepUpDeps {
  passwords: PasswordHashing;
}
export interface OwnerRequest extends Omit<StepUpRequest, 'subject'> {
  readonly password: string | undefined;
}
export type OwnerRefusal = StepUpRefusal | Crowded | Refusal<'invalid_credentials'>;

const WRONG = refuse('invalid_credentials', 'The password is wrong or missing; nothing was changed.');
const PURPOSE = 'manage_factors';

/**
 * Changes somebody's factors once they have shown to be the owner: by a factor where there is one (a recovery code will do),
 * else by the password. The session alone would not do, since that is what a thief has.
 */
export async function asOwner<Value, No extends Refusal>(
  deps: ProveOwnerDeps,
  request: OwnerRequest,
  work: (tx: Tx) => Promise<Result<Value, No>>,
): Promise<Result<Value, No | OwnerRefusal>> {
  const { enrolled } = await enrolmentOf(deps.db, request.person.userId);
  if (enrolled && givesFactor(request.given)) {
    return underFactor(deps, PURPOSE, { ...request, subject: null }, work);
  }
  if (enrolled) {
    await transact<undefined, never>(deps.db, async (tx) => {
      await recordFactorRequested(deps, tx, attemptOf(request));
      return { ok: true, value: undefined };
    });
    return deny(MFA_REQUIRED);
  }
  const done = await deps.passwords.inTurn<Value, No | OwnerRefusal>(() => underPassword(deps, request, work));
  if (!done.ok && done.refusal.code === 'rate_limited' && 'because' in done.refusal) {
    await deps.throttles.note({ ...attemptOf(request), because: done.refusal.because });
  }
  return done;
}

const attemptOf = ({ person, address, requestId }: OwnerRequest) => ({
  ...{ username: person.username, during: PURPOSE, address, requestId },
});

async function underPassword<Value, No extends Refusal>(
  deps: ProveOwnerDeps,
  request: OwnerRequest,
  work: (tx: Tx) => Promise<Result<Value, No>>,
): Promise<Result<Value, No | OwnerRefusal>> {
  const attempt = attemptOf(request);
  const unlocked = await checkLocks(deps.db, attempt, deps.clock());
  if (!unlocked.ok) return unlocked;
  const account = await findAccount(deps.db, attempt.username);
  const right = await deps.passwords.matches(request.password ?? '', account?.passwordHash);
  if (!account || !right) {
    await recordWrongPassword(deps, attempt);
    return deny(WRONG);
  }
  return transact<Value, No | OwnerRefusal>(deps.db, async (tx) => {
    const now = await lockAccount(tx, account.id);
    if (!now || now.disabled || now.passwordHash !== account.passwordHash) return deny(WRONG);
    // Enrolled in the meantime: then the password is no proof any more.
    if ((await enrolmentOf(tx, account.id)).enrolled) return deny(MFA_REQUIRED);
    return work(tx);
  });
}
