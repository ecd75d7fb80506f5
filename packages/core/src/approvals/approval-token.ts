import { type Refusal, type RefusalCode, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '../result.ts';

/** What is known of a token when someone presents it. */
export interface ApprovalTokenState {
  readonly userId: number;
  /** Its holder's account is active and may approve, now and ever since it was minted. */
  readonly holderMay: boolean;
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
  if (!token.holderMay)
    return no(
      'approval_token_revoked',
      'The approval token is void: its holder was disabled or lost the right, or somebody else let them in since.',
    );
  if (!isBoundTo(token, use.subject))
    return no('approval_token_bound', 'The approval token is bound to another subject, or was minted for none.');
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

/** What a token is for that was minted for nothing in particular; the rest takes one that named its subject from birth. */
const UNNAMED: readonly TokenSubject['kind'][] = ['proposal', 'assessment'];

/** Bound to this and to nothing else, or free and for anything of this kind. */
function isBoundTo(token: ApprovalTokenState, { kind, id, digest }: TokenSubject): boolean {
  const bound: Record<TokenSubject['kind'], string | null> = {
    proposal: token.proposalId,
    assessment: token.assessmentId,
    policy_change: token.policyChangeId,
    review: token.reviewOf,
  };
  const named = Object.entries(bound).filter(([, subject]) => subject !== null);
  const fits =
    named.length === 0 ? UNNAMED.includes(kind) : named.every(([name, subject]) => name === kind && subject === id);
  return fits && (token.digest === null || token.digest === digest);
}
