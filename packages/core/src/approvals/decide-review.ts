import type { ReviewState } from '@mcp-coordinator/contract/approvals.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '../result.ts';
import { isRaised } from './second-person.ts';

/** Whether this person may review an approval that was given past the rules: once, and somebody else. */
export function decideReview({
  of,
  reviewer,
  now,
}: {
  readonly of: { readonly id: string; readonly userId: number; readonly review: ReviewState };
  readonly reviewer: {
    readonly userId: number;
    /** Set when who is reviewed created or promoted the reviewer's account, and when. */
    readonly raisedAt: Date | null;
  };
  readonly now: Date;
}): Result<void, Refusal<'invalid_transition' | 'self_approval'>> {
  if (of.review !== 'pending') {
    return deny(
      refuse('invalid_transition', `Approval ${of.id} was reviewed already (${of.review}). Nothing was changed.`),
    );
  }
  return reviewer.userId === of.userId || isRaised(reviewer.raisedAt, now)
    ? deny(
        refuse(
          'self_approval',
          'Who approved past the rules may not review it, nor may an account that they made or promoted within a day. Nothing was decided.',
        ),
      )
    : accept(undefined);
}
