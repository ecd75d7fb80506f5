import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { TOTP_ENROLMENT_SECONDS } from '@mcp-coordinator/core/auth/totp';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { transact } from '../../../db/transaction.ts';
import type { Person } from '../../../http/caller.ts';
import { checkLocks, type Throttled } from '../login-limits.ts';
import type { SessionGrant } from '../open-session.ts';
import { lockAccount } from '../users.store.ts';
import { type ChangeFactorsDeps, type FactorAdded, factorAdded, factorRemoved } from './change-factors.ts';
import { FACTOR_REFUSED, recordFactorFailure } from './factor-records.ts';
import { asOwner, type OwnerRefusal, type OwnerRequest, type ProveOwnerDeps } from './prove-owner.ts';
import { deleteTotp, lockTotp, type StoredTotp, saveTotpBegun, saveTotpConfirmed } from './totp.store.ts';

export type EnrolTotpDeps = ProveOwnerDeps & ChangeFactorsDeps;

const ENROLLED = refuse(
  'second_factor_enrolled',
  'An authenticator app is enrolled already; it was not changed. Remove it first.',
);
const NOTHING_BEGUN = refuse('not_found', 'No authenticator app waits to be confirmed; begin again.');
const NONE = refuse('not_found', 'No authenticator app is enrolled; nothing was changed.');

export interface BegunTotp {
  readonly secret: string;
  readonly uri: string;
  readonly expiresAt: string;
}

/** A new secret, shown this once. It counts for nothing until a code of it was given. */
export function beginTotp(
  deps: EnrolTotpDeps,
  request: OwnerRequest,
): Promise<Result<BegunTotp, OwnerRefusal | Refusal<'second_factor_enrolled'>>> {
  const { userId, username } = request.person;
  return asOwner<BegunTotp, typeof ENROLLED>(deps, request, async (tx) => {
    const now = deps.clock();
    const { secret, uri, sealed } = deps.totp.create(userId, username);
    if (!(await saveTotpBegun(tx, userId, sealed, now))) return deny(ENROLLED);
    return accept({ secret, uri, expiresAt: new Date(now.getTime() + TOTP_ENROLMENT_SECONDS * 1000).toISOString() });
  });
}

export interface ConfirmRequest {
  readonly person: Person;
  readonly otp: string;
  readonly address: string;
  readonly requestId: string;
}
type ConfirmRefusal = Throttled | Refusal<'not_found' | 'second_factor_enrolled' | 'second_factor_refused'>;

/** The first code shows that the app has the secret; it is spent by that. */
export async function confirmTotp(
  deps: EnrolTotpDeps,
  request: ConfirmRequest,
): Promise<Result<FactorAdded, ConfirmRefusal>> {
  const { person, otp, address, requestId } = request;
  const attempt = { username: person.username, during: 'enrolment', address, requestId };
  const settled = await transact<Result<FactorAdded, ConfirmRefusal>, never>(deps.db, async (tx) => {
    await lockAccount(tx, person.userId);
    const unlocked = await checkLocks(tx, attempt, deps.clock());
    if (!unlocked.ok) return accept(unlocked);
    const waiting = confirmable(await lockTotp(tx, person.userId), deps.clock());
    if (!waiting.ok) return accept(waiting);
    const checked = await deps.totp.check(otp, person.userId, waiting.value);
    if ('problem' in checked) {
      await recordFactorFailure(deps, tx, attempt, 'totp', checked.problem);
      return accept(deny(FACTOR_REFUSED));
    }
    await saveTotpConfirmed(tx, person.userId, checked.step, deps.clock());
    return accept(accept(await factorAdded(deps, tx, { person, details: { factor: 'totp' }, requestId })));
  });
  if (!settled.ok) throw new Error('a transaction without refusals was refused');
  const result = settled.value;
  if (result.ok) deps.signal.raise();
  else if (result.refusal.code === 'rate_limited') {
    await deps.throttles.note({ ...attempt, because: result.refusal.because });
  }
  return result;
}

function confirmable(
  factor: StoredTotp | undefined,
  now: Date,
): Result<StoredTotp, Refusal<'not_found' | 'second_factor_enrolled'>> {
  if (factor?.confirmedAt) return deny(ENROLLED);
  const ageMs = factor ? now.getTime() - factor.begunAt.getTime() : Number.POSITIVE_INFINITY;
  return factor && ageMs < TOTP_ENROLMENT_SECONDS * 1000 ? accept(factor) : deny(NOTHING_BEGUN);
}

export async function removeTotp(
  deps: EnrolTotpDeps,
  request: OwnerRequest,
): Promise<Result<SessionGrant, OwnerRefusal | Refusal<'not_found'>>> {
  const { person, requestId } = request;
  const removed = await asOwner<SessionGrant, typeof NONE>(deps, request, async (tx) => {
    if (!(await deleteTotp(tx, person.userId))) return deny(NONE);
    return accept(await factorRemoved(deps, tx, { person, details: { factor: 'totp' }, requestId }));
  });
  if (removed.ok) deps.signal.raise();
  return removed;
}
