import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import {
  judgeApprovalToken,
  type TokenRefusal,
  type TokenSubject,
} from '@mcp-coordinator/core/approvals/approval-token';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import {
  type ApprovalTokenRow,
  findApprovalToken,
  lockApprovalToken,
  saveApprovedWith,
  saveRedeemed,
  tokenState,
} from './approval-tokens.store.ts';

export interface TokenUse {
  userId: number;
  subject: TokenSubject;
  now: Date;
}
export type TokenUseRefusal = TokenRefusal | Refusal<'approval_token_required'>;

const required = (): Result<never, TokenUseRefusal> =>
  deny(
    refuse(
      'approval_token_required',
      'An approval token is needed. Nothing was changed. Mint one with POST /auth/approval-token and send it as approvalToken.',
    ),
  );

export interface UsedToken {
  id: string;
  /** The second factor it was minted under. */
  stepUp: ApprovalTokenRow['step_up'];
  /** The digest that a passkey signed, where one did. */
  signedDigest: string | null;
}

type Purpose = 'approve' | 'redeem';

/** The stored token, where this person may use it so. */
function judge(row: ApprovalTokenRow | undefined, purpose: Purpose, use: TokenUse): Result<UsedToken, TokenUseRefusal> {
  const judged = judgeApprovalToken(tokenState(row), { purpose, ...use });
  if (!judged.ok) return judged;
  // Nothing stored is judged as unknown, so that a judged token has a row.
  return row ? accept({ id: row.id, stepUp: row.step_up, signedDigest: row.signed_digest }) : required();
}

async function spend(
  tx: Tx,
  token: string | undefined,
  purpose: Purpose,
  use: TokenUse,
  save: (id: string) => Promise<boolean>,
): Promise<Result<UsedToken, TokenUseRefusal>> {
  if (token === undefined) return required();
  const judged = judge(await lockApprovalToken(tx, token), purpose, use);
  if (judged.ok && !(await save(judged.value.id))) throw new Error('an approval token changed while it was locked');
  return judged;
}

/** Spends the token on one approval, in the transaction of the vote. */
export const useTokenToApprove = (tx: Tx, token: string | undefined, use: TokenUse) =>
  spend(tx, token, 'approve', use, (id) => saveApprovedWith(tx, id, use.subject, use.now));

/** Spends the token on the start of an execution, in the transaction that starts it. */
export const redeemToken = (tx: Tx, token: string | undefined, use: TokenUse) =>
  spend(tx, token, 'redeem', use, (id) =>
    saveRedeemed(tx, id, { proposalId: use.subject.id, digest: use.subject.digest }, use.now),
  );

/** The same judgement without spending it: to refuse early, before any server is asked. */
export const checkToken = async (
  db: Db,
  token: string | undefined,
  use: TokenUse,
): Promise<Result<UsedToken, TokenUseRefusal>> =>
  token === undefined ? required() : judge(await findApprovalToken(db, token), 'redeem', use);
