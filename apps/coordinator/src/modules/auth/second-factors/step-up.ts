import type { Refusal } from '@mcp-coordinator/contract/refusals';
import type { ChallengePurpose } from '@mcp-coordinator/core/auth/passkey';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../../db/schema.ts';
import { transact } from '../../../db/transaction.ts';
import type { Person } from '../../../http/caller.ts';
import { checkLocks, type Throttled } from '../login-limits.ts';
import type { ThrottleRecord } from '../throttle-record.ts';
import { lockAccount } from '../users.store.ts';
import {
  type CheckFactorDeps,
  checkFactor,
  type FactorProblem,
  type GivenFactor,
  givesFactor,
  type Proof,
  spendFactor,
} from './check-factor.ts';
import { enrolmentOf, type MfaPurpose, type MfaRequired } from './enrolment.ts';
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

export interface StepUpDeps extends CheckFactorDeps, FactorRecordDeps {
  db: Db;
  throttles: ThrottleRecord;
  mfaRequired: MfaRequired;
}

export interface StepUpRequest {
  readonly person: Person;
  readonly given: GivenFactor;
  /** `proposal:…`, `assessment:…` and so on where an approval is bound to it. */
  readonly subject: string | null;
  readonly address: string;
  readonly requestId: string;
}

export type StepUpRefusal = FactorRefusal | Throttled;
/** As other modules ask for it. */
export type StepUp = <Value, No extends Refusal>(
  purpose: MfaPurpose,
  request: StepUpRequest,
  work: Work<Value, No>,
) => Promise<Result<Value, No | StepUpRefusal>>;
type Work<Value, No> = (tx: Tx, proof: Proof | null) => Promise<Result<Value, No>>;

/**
 * Does one thing under a fresh second factor, where the person needs one for it. The factor is checked first, in a transaction
 * that keeps the record of a failure, and spent in the one that does the work: for one thing done, once, or not at all.
 */
export async function withStepUp<Value, No extends Refusal>(
  deps: StepUpDeps,
  purpose: MfaPurpose,
  request: StepUpRequest,
  work: Work<Value, No>,
): Promise<Result<Value, No | StepUpRefusal>> {
  const attempt = attemptOf(request, purpose);
  if (!(await needsFactor(deps, deps.db, purpose, request.person))) return transact(deps.db, (tx) => work(tx, null));
  if (!givesFactor(request.given)) {
    await transact<void, never>(deps.db, async (tx) => accept(await recordFactorRequested(deps, tx, attempt)));
    return deny(MFA_REQUIRED);
  }
  return underFactor(deps, purpose, request, work);
}

/** The same where a factor was given, and is asked for whatever the policy says. */
export async function underFactor<Value, No extends Refusal>(
  deps: StepUpDeps,
  purpose: ChallengePurpose,
  request: StepUpRequest,
  work: (tx: Tx, proof: Proof) => Promise<Result<Value, No>>,
): Promise<Result<Value, No | StepUpRefusal>> {
  const attempt = attemptOf(request, purpose);
  const proof = await provenOrRecorded(deps, purpose, request, attempt);
  if (!proof.ok) return proof;
  const done = await transact<Value, No | typeof FACTOR_REFUSED>(deps.db, async (tx) => {
    if (!(await spendFactor(tx, proof.value, deps.clock()))) return deny(FACTOR_REFUSED);
    if (proof.value.kind === 'recovery_code') {
      await recordRecoveryCode(deps, tx, attempt, await recoveryCodesLeft(tx, request.person.userId));
    }
    return work(tx, proof.value);
  });
  if (!done.ok && done.refusal === FACTOR_REFUSED) await recordLost(deps, attempt, proof.value.kind, 'spent_meanwhile');
  return done;
}

const attemptOf = ({ person, address, requestId }: StepUpRequest, during: string): FactorAttempt => ({
  username: person.username,
  during,
  address,
  requestId,
});

async function needsFactor(deps: StepUpDeps, db: Db, purpose: MfaPurpose, person: Person): Promise<boolean> {
  const { enrolled } = await enrolmentOf(db, person.userId);
  return deps.mfaRequired({ person, enrolled }, purpose, db);
}

async function provenOrRecorded(
  deps: StepUpDeps,
  purpose: ChallengePurpose,
  { person, given, subject }: StepUpRequest,
  attempt: FactorAttempt,
): Promise<Result<Proof, StepUpRefusal>> {
  // A refusal is a value here: the record of a failure, and a challenge that was taken out, must be kept.
  const settled = await transact<Result<Proof, StepUpRefusal>, never>(deps.db, async (tx) => {
    // One attempt of an account at a time: a hundred guesses sent at once all meet the lock that the first ones made.
    await lockAccount(tx, person.userId);
    const unlocked = await checkLocks(tx, attempt, deps.clock());
    if (!unlocked.ok) return accept(unlocked);
    const checked = await checkFactor(deps, tx, given, { userId: person.userId, purpose, subject });
    if (checked.ok) return accept(checked);
    await recordFactorFailure(deps, tx, attempt, kindOf(given), checked.refusal);
    return accept(deny(FACTOR_REFUSED));
  });
  if (!settled.ok) throw new Error('a transaction without refusals was refused');
  const result = settled.value;
  if (!result.ok && result.refusal.code === 'rate_limited') {
    await deps.throttles.note({ ...attempt, because: result.refusal.because });
  }
  return result;
}

const recordLost = (deps: StepUpDeps, attempt: FactorAttempt, kind: Proof['kind'], reason: FactorProblem) =>
  transact<void, never>(deps.db, async (tx) => accept(await recordFactorFailure(deps, tx, attempt, kind, reason)));
