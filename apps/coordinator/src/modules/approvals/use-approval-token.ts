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
}

/** Spends the token on one approval, in the transaction of the vote. */
export async function useTokenToApprove(
  tx: Tx,
  token: string | undefined,
  use: TokenUse,
): Promise<Result<UsedToken, TokenUseRefusal>> {
  if (token === undefined) return required();
  const row = await lockApprovalToken(tx, token);
  const judged = judgeApprovalToken(tokenState(row), { purpose: 'approve', ...use });
  if (!judged.ok || !row) return judged.ok ? required() : judged;
  if (!(await saveApprovedWith(tx, row.id, use.subject, use.now)))
    throw new Error('an approval token changed while it was locked');
  return accept({ id: row.id, stepUp: row.step_up });
}

/** Spends the token on the start of an execution, in the transaction that starts it. */
export async function redeemToken(
  tx: Tx,
  token: string | undefined,
  use: TokenUse,
): Promise<Result<UsedToken, TokenUseRefusal>> {
  if (token === undefined) return required();
  const row = await lockApprovalToken(tx, token);
  const judged = judgeApprovalToken(tokenState(row), { purpose: 'redeem', ...use });
  if (!judged.ok || !row) return judged.ok ? required() : judged;
  if (!(await saveRedeemed(tx, row.id, { proposalId: use.subject.id, digest: use.subject.digest }, use.now))) {
    throw new Error('an approval token changed while it was locked');
  }
  return accept({ id: row.id, stepUp: row.step_up });
}

/** The same judgement without spending it: to refuse early, before any server is asked. */
export async function checkToken(
  db: Db,
  token: string | undefined,
  use: TokenUse,
): Promise<Result<UsedToken, TokenUseRefusal>> {
  if (token === undefined) return required();
  const row = await findApprovalToken(db, token);
  const judged = judgeApprovalToken(tokenState(row), { purpose: 'redeem', ...use });
  if (!judged.ok || !row) return judged.ok ? required() : judged;
  return accept({ id: row.id, stepUp: row.step_up });
}
