import type { ActionType } from '@mcp-coordinator/contract/actions.contract';
import type { Execution, ExecutionStep } from '@mcp-coordinator/contract/executions.contract';
import { progressPercent, remainingMs } from '@mcp-coordinator/core/executions/execution-progress';
import { isOver } from '@mcp-coordinator/core/executions/execution-states';
import type { ExecutionRow, StepRow } from './executions.store.ts';

const DOING: Record<ActionType, string> = {
  install_server: 'installing',
  remove_server: 'removing',
  update_server: 'updating',
  generate_config: 'configuring',
  pin_tools: 'pinning',
  accept_risk: 'accepting',
};

/** What an execution has from its proposal. */
interface Marks {
  break_glass: boolean;
}

/** The source document's answer, made from the rows. */
export function toExecution(
  row: ExecutionRow & Marks,
  steps: readonly StepRow[],
  medians: ReadonlyMap<string, number>,
  now: Date,
): Execution {
  const measured = steps.map((step) => ({ status: step.status, expectedMs: medians.get(step.type) ?? null }));
  const left = row.status === 'running' ? remainingMs(measured) : null;
  const current = steps.find((step) => step.status === 'running' || step.status === 'undoing');
  const successful = steps.filter((step) => step.status === 'completed').length;
  const failed = steps.filter((step) => step.status === 'failed' || step.status === 'undo_failed').length;
  return {
    executionId: row.id,
    proposalId: row.proposal_id,
    status: row.status,
    progress: isOver(row.status) ? 100 : progressPercent(measured),
    currentAction: current
      ? `${current.status === 'undoing' ? 'undoing' : DOING[current.type]}_${current.server_name}`
      : null,
    startTime: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    estimatedCompletion: left === null ? null : new Date(now.getTime() + left).toISOString(),
    startedBy: row.started_by,
    rollbackOnFailure: row.rollback_on_failure,
    parallelExecution: row.parallel_execution,
    breakGlass: row.break_glass,
    results: { completed: successful + failed, total: steps.length, successful, failed },
    error: row.error,
    reassessmentId: row.reassessment_id,
  };
}

export const toStep = (row: StepRow): ExecutionStep => ({
  id: row.action_id,
  type: row.type,
  serverName: row.server_name,
  status: row.status,
  startedAt: row.started_at?.toISOString() ?? null,
  finishedAt: row.finished_at?.toISOString() ?? null,
  ...(row.error === null ? {} : { error: row.error }),
  diff: row.diff,
  log: row.log,
});
