import { type Refusal, type RefusalCode, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '../result.ts';

/** What is known of a token when someone presents it. */
export interface ApprovalTokenState {
  readonly userId: number;
  readonly expiresAt: Date;
  readonly revoked: boolean;
  readonly redeemed: boolean;
  /** It has approved already; it may still start that execution. */
  readonly approved: boolean;
  readonly proposalId: string | null;
  readonly assessmentId: string | null;
  readonly policyChangeId: string | null;
  readonly reviewOf: string | null;
  readonly digest: string | null;
}

export interface TokenSubject {
  readonly kind: 'proposal' | 'assessment' | 'policy_change' | 'review';
  readonly id: string;
  readonly digest: string;
}

export type TokenRefusal = Refusal<Extract<RefusalCode, `approval_token_${string}`>>;

const no = (code: TokenRefusal['code'], what: string): Result<never, TokenRefusal> =>
  deny(refuse(code, `${what} Nothing was changed. Mint a new approval token and try again.`));

/**
 * Whether this person may use this token for this subject now (CONTRACT §3). `approve` is worth one approval, `redeem` one
 * start of the execution. An unknown token is refused like any other, so that guessing teaches nothing.
 */
export function judgeApprovalToken(
  token: ApprovalTokenState | undefined,
  use: {
    readonly purpose: 'approve' | 'redeem';
    readonly userId: number;
    readonly subject: TokenSubject;
    readonly now: Date;
  },
): Result<ApprovalTokenState, TokenRefusal> {
  if (!token) return no('approval_token_unknown', 'The approval token is not one that was minted here.');
  if (token.userId !== use.userId)
    return no('approval_token_foreign', 'The approval token was minted by someone else.');
  if (token.revoked) return no('approval_token_revoked', 'The approval token was revoked.');
  if (!isBoundTo(token, use.subject))
    return no('approval_token_bound', 'The approval token is bound to another subject.');
  if (token.redeemed || (use.purpose === 'approve' && token.approved)) {
    return no(
      'approval_token_used',
      'The approval token was used already; each is worth one approval and one execution.',
    );
  }
  if (token.expiresAt.getTime() <= use.now.getTime())
    return no('approval_token_expired', 'The approval token has expired.');
  return accept(token);
}

/** Unbound, or bound to this and to nothing else. */
function isBoundTo(token: ApprovalTokenState, { kind, id, digest }: TokenSubject): boolean {
  const bound: Record<TokenSubject['kind'], string | null> = {
    proposal: token.proposalId,
    assessment: token.assessmentId,
    policy_change: token.policyChangeId,
    review: token.reviewOf,
  };
  const fits = Object.entries(bound).every(([name, subject]) => subject === null || (name === kind && subject === id));
  return fits && (token.digest === null || token.digest === digest);
}
