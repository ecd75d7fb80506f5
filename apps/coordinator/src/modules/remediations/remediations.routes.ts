import { refuse } from '@mcp-coordinator/contract/refusals';
import { approvalsNeeded } from '@mcp-coordinator/core/approvals/decide-approval';
import type { Caller } from '../../http/caller.ts';
import type { Handlers } from '../../http/handlers.ts';
import { generateRemediation } from './generate-remediation.ts';
import { type ProposeRemediationDeps, proposeRemediation } from './propose-remediation.ts';
import { proposerOf } from './proposer.ts';
import { approvalCounts, findListedProposal, listProposals, toSummary, votesOf } from './remediations.store.ts';

const notFound = (id: string) =>
  ({ refusal: refuse('not_found', `No proposal ${id}, or none that you may see.`) }) as const;
const sees = (caller: Caller, proposedBy: string): boolean => caller.kind === 'person' || proposedBy === caller.actor;

export function createRemediationsRoutes(
  deps: ProposeRemediationDeps,
): Handlers<'proposeRemediation' | 'generateRemediation' | 'listRemediations' | 'showRemediation'> {
  return {
    proposeRemediation: async ({ body, caller, requestId }) => {
      const result = await proposeRemediation(deps, body, proposerOf(caller, requestId));
      if (!result.ok) return { refusal: result.refusal };
      const { proposalId } = result.value;
      return {
        status: 201,
        body: { success: true, proposalId, status: 'pending', requiresApproval: true, autoExecuted: false },
      };
    },
    generateRemediation: async ({ body, caller, requestId }) => {
      const result = await generateRemediation(deps, body, proposerOf(caller, requestId));
      if (!result.ok) return { refusal: result.refusal };
      return {
        status: 201,
        body: { success: true, status: 'pending', requiresApproval: true, autoExecuted: false, ...result.value },
      };
    },
    listRemediations: async ({ query, caller }) => {
      const found = await listProposals(deps.db, {
        ...query,
        proposedBy: caller.kind === 'machine' ? caller.actor : undefined,
      });
      if (!found.ok) return { refusal: found.refusal };
      const { rows, ...page } = found.value;
      const counts = await approvalCounts(
        deps.db,
        rows.map((row) => row.id),
      );
      return {
        status: 200,
        body: { success: true, remediations: rows.map((row) => toSummary(row, counts.get(row.id) ?? 0)), ...page },
      };
    },
    showRemediation: async ({ params: { id }, caller }) => {
      const row = await findListedProposal(deps.db, id);
      if (!row || !sees(caller, row.proposed_by)) return notFound(id);
      const votes = await votesOf(deps.db, id);
      const policy = await deps.policies.current(deps.db);
      const proposal = {
        id,
        status: row.status,
        priority: row.priority,
        digest: row.digest,
        expiresAt: row.expires_at,
        proposerId: row.proposer_id,
      };
      const needed = row.status === 'pending' ? approvalsNeeded(policy, proposal, votes) : 0;
      return {
        status: 200,
        body: {
          success: true,
          ...toSummary(row, 0),
          approvalsNeeded: needed,
          proposedActions: row.actions,
          preview: row.preview,
          votes: votes.map(({ approvalId, username, decision, reason, at, selfApproved }) => ({
            approvalId,
            username,
            decision,
            reason,
            at,
            selfApproved,
          })),
          policy: row.policy,
        },
      };
    },
  };
}
