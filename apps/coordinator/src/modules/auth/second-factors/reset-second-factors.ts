import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../../db/schema.ts';
import type { CredentialSignal } from '../credential-signal.ts';
import { endSessions } from '../sessions.store.ts';
import { lockAccount, saveAccessGiven } from '../users.store.ts';
import { deleteChallengesOf } from './challenges.store.ts';
import { deletePasskeys } from './passkeys.store.ts';
import { deleteRecoveryCodes } from './recovery-codes.store.ts';
import { type StepUpDeps, type StepUpRefusal, type StepUpRequest, withStepUp } from './step-up.ts';
import { deleteTotp } from './totp.store.ts';

export type ResetDeps = StepUpDeps & { signal: CredentialSignal };
export interface ResetRequest extends Omit<StepUpRequest, 'subject'> {
  /** Whose factors go. */
  readonly userId: number;
}

/** What the column holds; the database would call a larger one an error. */
const INTEGER_MAX = 2 ** 31 - 1;
const NO_SUCH_USER = refuse('not_found', 'There is no account with this id; nothing was changed.');

/** Takes every factor from somebody who lost them; an admin vouches for who they are. Answers how many there were. */
export async function resetSecondFactors(
  deps: ResetDeps,
  request: ResetRequest,
): Promise<Result<number, StepUpRefusal | Refusal<'not_found'>>> {
  const { userId, person, requestId } = request;
  if (userId > INTEGER_MAX) return deny(NO_SUCH_USER);
  const reset = await withStepUp<number, typeof NO_SUCH_USER>(
    deps,
    'manage_users',
    { ...request, subject: null },
    async (tx) => {
      const user = await lockAccount(tx, userId);
      if (!user) return deny(NO_SUCH_USER);
      const removed = await removeEveryFactor(tx, userId);
      // Nothing was there: nothing changed, and nobody is signed out.
      if (removed === 0) return accept(removed);
      const now = deps.clock();
      if (userId !== person.userId) await saveAccessGiven(tx, userId, { at: now, by: person.userId });
      const sessionsEnded = await endSessions(tx, { userId }, 'second_factor_changed', now);
      await deps.recordAudit(tx, {
        action: 'second_factors_reset',
        actor: person.actor,
        target: user.username,
        details: { removed, sessionsEnded },
        requestId,
      });
      await deps.signal.send(tx, `user:${userId}`);
      return accept(removed);
    },
  );
  if (reset.ok) deps.signal.raise();
  return reset;
}

/** Answers how many there were. */
export async function removeEveryFactor(tx: Tx, userId: number): Promise<number> {
  const totp = (await deleteTotp(tx, userId)) ? 1 : 0;
  const passkeys = await deletePasskeys(tx, userId);
  await deleteRecoveryCodes(tx, userId);
  await deleteChallengesOf(tx, userId);
  return totp + passkeys;
}
