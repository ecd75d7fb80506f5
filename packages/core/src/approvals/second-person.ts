import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '../result.ts';

/** An account that the proposer made, promoted or let in counts as the proposer for this long. */
const RAISED_ACCOUNT_HOURS = 24;

/** Whether that was too shortly before this moment for the account to be someone else's. */
export const isRaised = (raisedAt: Date | null, now: Date): boolean =>
  raisedAt !== null && now.getTime() - raisedAt.getTime() < RAISED_ACCOUNT_HOURS * 3_600_000;

/** What is known of an account's making. */
export interface AccountOrigin {
  readonly createdAt: Date;
  readonly createdBy: number | null;
  readonly roleChangedAt: Date;
  readonly roleChangedBy: number | null;
  /** When another person last let them in: a password set for them, factors taken away, the account enabled again. */
  readonly accessGivenAt: Date | null;
  readonly accessGivenBy: number | null;
}

/** Who stands behind a proposal. */
export interface Proposed {
  /** Who proposed it, or owns the machine key that did. */
  readonly proposerId: number;
  /** Who made that key, for whomever: they know its value. */
  readonly keyMadeBy?: number | null;
}

export const isProposer = ({ proposerId, keyMadeBy }: Proposed, userId: number | null): boolean =>
  userId !== null && (userId === proposerId || userId === keyMadeBy);

/** When the proposer created, promoted or let in an account, whichever was last; null where they did none of it. */
export function raisedBy(account: AccountOrigin, proposed: Proposed): Date | null {
  const times = [
    isProposer(proposed, account.createdBy) ? account.createdAt : null,
    isProposer(proposed, account.roleChangedBy) ? account.roleChangedAt : null,
    isProposer(proposed, account.accessGivenBy) ? account.accessGivenAt : null,
  ];
  return times.reduce((latest, time) => (time && (!latest || time > latest) ? time : latest));
}

/** Separation of duties: neither who asked for it, nor an account that they made or promoted a moment ago. */
export function refuseSelf(
  proposed: Proposed,
  decider: { readonly userId: number; readonly raisedByProposerAt: Date | null },
  now: Date,
): Result<void, Refusal<'self_approval'>> {
  if (isProposer(proposed, decider.userId)) {
    return deny(
      refuse(
        'self_approval',
        'You proposed this change (or own or made the key that did), and the policy asks for a second person. Nothing was decided.',
      ),
    );
  }
  return isRaised(decider.raisedByProposerAt, now)
    ? deny(
        refuse(
          'self_approval',
          `Your account was created, promoted or let in by the proposer less than ${RAISED_ACCOUNT_HOURS} hours ago, and does not count as a second person. Nothing was decided.`,
        ),
      )
    : accept(undefined);
}
