import { refuse } from '@mcp-coordinator/contract/refusals';
import type { Handlers } from '../../http/handlers.ts';
import { type ExecuteRemediationDeps, executeRemediation } from './execute-remediation.ts';
import { toExecution, toStep } from './execution-view.ts';
import { findExecution, listExecutions, medianDurations, stepsOf } from './executions.store.ts';
import { toRolloutProgress } from './rollout-state.ts';
import { cancelExecution, rollbackExecution } from './stop-execution.ts';

export function createExecutionsRoutes(
  deps: ExecuteRemediationDeps,
): Handlers<'executeRemediation' | 'listExecutions' | 'showExecution' | 'cancelExecution' | 'rollbackExecution'> {
  const { db, clock } = deps;
  return {
    executeRemediation: async ({ body, caller, requestId }) => {
      const result = await executeRemediation(deps, body, caller, requestId);
      if (!result.ok) return { refusal: result.refusal };
      const { proposalId } = body;
      if (result.value.dryRun) return { status: 200, body: { success: true, proposalId, ...result.value } };
      return { status: 202, body: { success: true, proposalId, status: 'running', ...result.value } };
    },
    listExecutions: async ({ query, caller }) => {
      const found = await listExecutions(db, {
        ...query,
        proposedBy: caller.kind === 'machine' ? caller.actor : undefined,
      });
      if (!found.ok) return { refusal: found.refusal };
      const { rows, ...page } = found.value;
      const medians = await medianDurations(db);
      const executions = await Promise.all(
        rows.map(async (row) => toExecution(row, await stepsOf(db, row.id), medians, clock())),
      );
      return { status: 200, body: { success: true, executions, ...page } };
    },
    showExecution: async ({ params: { id }, caller }) => {
      const row = await findExecution(db, id);
      const proposal = row && (await deps.remediations.find(db, row.proposal_id));
      if (!row || !proposal || (caller.kind === 'machine' && proposal.proposed_by !== caller.actor)) {
        return { refusal: refuse('not_found', `No execution ${id}, or none that you may see.`) };
      }
      const steps = await stepsOf(db, id);
      const { break_glass } = proposal;
      const view = toExecution({ ...row, break_glass }, steps, await medianDurations(db), clock());
      const rollout = proposal.rollout && toRolloutProgress(proposal.rollout, row, steps);
      return { status: 200, body: { success: true, ...view, actions: steps.map(toStep), rollout } };
    },
    cancelExecution: async ({ params: { id }, body: { reason }, caller, requestId }) => {
      const result = await cancelExecution(deps, { id, reason, actor: caller.actor, requestId });
      return result.ok
        ? { status: 202, body: { success: true, executionId: id, status: result.value } }
        : { refusal: result.refusal };
    },
    rollbackExecution: async ({ params: { id }, body: { reason }, caller, requestId }) => {
      const result = await rollbackExecution(deps, { id, reason, actor: caller.actor, requestId });
      return result.ok
        ? { status: 202, body: { success: true, executionId: id, status: result.value } }
        : { refusal: result.refusal };
    },
  };
}
