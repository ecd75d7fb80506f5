import { refuse } from '@mcp-coordinator/contract/refusals';
import { moreNeeded, type Tally } from '@mcp-coordinator/core/approvals/fold-votes';
import { demandsOn } from '@mcp-coordinator/core/approvals/requirements';
import type { Caller } from '../../http/caller.ts';
import type { Handlers } from '../../http/handlers.ts';
import { generateRemediation } from './generate-remediation.ts';
import { type ProposeRemediationDeps, proposeRemediation } from './propose-remediation.ts';
import { proposerOf } from './proposer.ts';
import { findListedProposal, listProposals, toSummary, votesOf } from './remediations.store.ts';
import { decidable, tallyProposals } from './tally-proposals.ts';

const notFound = (id: string) =>
  ({ refusal: refuse('not_found', `No proposal ${id}, or none that you may see.`) }) as const;
const neededBy = (tally: Tally | undefined): number => (tally ? moreNeeded(tally.missing) : 0);
const sees = (caller: Caller, proposedBy: string): boolean => caller.kind === 'person' || proposedBy === caller.actor;

export function createRemediationsRoutes(
  deps: ProposeRemediationDeps,
): Handlers<'proposeRemediation' | 'generateRemediation' | 'listRemediations' | 'showRemediation'> {
  return {
    proposeRemediation: async ({ body, caller, requestId }) => {
      const result = await proposeRemediation(deps, body, proposerOf(caller, requestId));
      if (!result.ok) return { refusal: result.refusal };
      const { proposalId, leftOut } = result.value;
      return {
        status: 201,
        body: {
          ...{ success: true, proposalId, status: 'pending', requiresApproval: true, autoExecuted: false },
          ...(body.rollout ? { leftOut } : {}),
        },
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
      const tallies = await tallyProposals(deps, rows);
      return {
        status: 200,
        body: {
          success: true,
          remediations: rows.map((row) => toSummary(row, neededBy(tallies.get(row.id)))),
          ...page,
        },
      };
    },
    showRemediation: async ({ params: { id }, caller }) => {
      const row = await findListedProposal(deps.db, id);
      if (!row || !sees(caller, row.proposed_by)) return notFound(id);
      const votes = await votesOf(deps.db, id);
      const tally = (await tallyProposals(deps, [row])).get(id);
      return {
        status: 200,
        body: {
          success: true,
          ...toSummary(row, neededBy(tally)),
          approval: tally ?? null,
          verifiedBy: demandsOn(decidable(row, await deps.servers.demands(deps.db))),
          proposedActions: row.actions,
          preview: row.preview,
          votes: votes.map(({ approvalId, username, decision, reason, at, selfApproved, breakGlass, signed }) => ({
            approvalId,
            username,
            decision,
            reason,
            at,
            selfApproved,
            breakGlass,
            signed,
          })),
          policy: row.policy,
          rollout: row.rollout,
        },
      };
    },
  };
}
