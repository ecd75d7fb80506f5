import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '../result.ts';
import { isRaised, RAISED_ACCOUNT_HOURS } from './fold-votes.ts';

/** What is known of an account's making. */
export interface AccountOrigin {
  readonly createdAt: Date;
  readonly createdBy: number | null;
  readonly roleChangedAt: Date;
  readonly roleChangedBy: number | null;
}

/** When the proposer created or promoted an account, whichever was later; null where they did neither. */
export function raisedBy(account: AccountOrigin, proposerId: number): Date | null {
  const times = [
    ...(account.createdBy === proposerId ? [account.createdAt] : []),
    ...(account.roleChangedBy === proposerId ? [account.roleChangedAt] : []),
  ];
  return times.reduce<Date | null>((latest, time) => (latest && latest > time ? latest : time), null);
}

/** Separation of duties: neither who asked for it, nor an account that they made or promoted a moment ago. */
export function refuseSelf(
  proposerId: number,
  decider: { readonly userId: number; readonly raisedByProposerAt: Date | null },
  now: Date,
): Result<void, Refusal<'self_approval'>> {
  if (decider.userId === proposerId) {
    return deny(
      refuse(
        'self_approval',
        'You proposed this change (or own the key that did), and the policy asks for a second person. Nothing was decided.',
      ),
    );
  }
  return isRaised(decider.raisedByProposerAt, now)
    ? deny(
        refuse(
          'self_approval',
          `Your account was created or promoted by the proposer less than ${RAISED_ACCOUNT_HOURS} hours ago, and does not count as a second person. Nothing was decided.`,
        ),
      )
    : accept(undefined);
}
