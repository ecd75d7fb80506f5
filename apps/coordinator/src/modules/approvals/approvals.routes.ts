import type { Handlers } from '../../http/handlers.ts';
import { listOwnTokens } from './approval-tokens.store.ts';
import { listApprovals } from './approvals.store.ts';
import { decideApproval } from './decide-approval.ts';
import type { DecideApprovalDeps } from './decision.ts';
import { type MintApprovalTokenDeps, mintApprovalToken } from './mint-approval-token.ts';
import { revokeApprovalToken } from './revoke-approval-token.ts';

export type ApprovalsRoutesDeps = DecideApprovalDeps &
  MintApprovalTokenDeps & {
    remediations: DecideApprovalDeps['remediations'] & MintApprovalTokenDeps['remediations'];
    assessments: DecideApprovalDeps['assessments'] & MintApprovalTokenDeps['assessments'];
    policies: DecideApprovalDeps['policies'] & MintApprovalTokenDeps['policies'];
  };

export function createApprovalsRoutes(
  deps: ApprovalsRoutesDeps,
): Handlers<'decideApproval' | 'listApprovals' | 'mintApprovalToken' | 'listApprovalTokens' | 'revokeApprovalToken'> {
  return {
    decideApproval: async ({ body, caller, requestId }) => {
      const result = await decideApproval(deps, body, caller, requestId);
      if (!result.ok) return { refusal: result.refusal };
      return {
        status: 200,
        body: { success: true, approvalId: body.approvalId, decision: body.decision, ...result.value },
      };
    },
    listApprovals: async ({ query }) => {
      const found = await listApprovals(deps.db, query);
      return found.ok ? { status: 200, body: { success: true, ...found.value } } : { refusal: found.refusal };
    },
    mintApprovalToken: async ({ body, caller, address, requestId }) => {
      const result = await mintApprovalToken(deps, body, caller, { address, requestId });
      if (!result.ok) return { refusal: result.refusal };
      const { id, token, expiresAt } = result.value;
      return { status: 200, body: { success: true, id, approvalToken: token, expiresAt: expiresAt.toISOString() } };
    },
    listApprovalTokens: async ({ query, caller }) => ({
      status: 200,
      body: { success: true, ...(await listOwnTokens(deps.db, caller.userId, query, deps.clock())) },
    }),
    revokeApprovalToken: async ({ params: { id }, caller, requestId }) => {
      const result = await revokeApprovalToken(deps, id, caller, requestId);
      return result.ok ? { status: 200, body: { success: true, id } } : { refusal: result.refusal };
    },
  };
}
