import type { Execution, ExecutionStep } from '@mcp-coordinator/contract/executions.contract';
import { count } from '../../ui/plural.ts';

const numberOf = (steps: readonly ExecutionStep[], status: ExecutionStep['status']): number =>
  steps.findIndex((step) => step.status === status) + 1;

const failedTitle = (failed: number, steps: readonly ExecutionStep[]): string => {
  if (failed === 0) return 'The change failed.';
  return steps.some(({ status }) => status === 'completed')
    ? `Action ${failed} failed. What was done before it still stands.`
    : `Action ${failed} failed. No other action was carried out.`;
};

/** “Action 4 failed. Everything done so far is being undone.” */
export const runTitle = (execution: Execution, steps: readonly ExecutionStep[]): string => {
  const failed = numberOf(steps, 'failed');
  const all = steps.length;
  switch (execution.status) {
    case 'pending':
      return 'This change waits to be started.';
    case 'running': {
      const running = numberOf(steps, 'running');
      return running > 0 ? `Action ${running} of ${all} is running.` : 'The change is under way.';
    }
    case 'completed':
      return ['', 'The action is done.', 'Both actions are done.'][all] ?? `All ${all} actions are done.`;
    case 'failed':
      return failedTitle(failed, steps);
    case 'cancelled':
      return 'The change was stopped before anything was done.';
    case 'rolling_back':
      return failed > 0
        ? `Action ${failed} failed. Everything done so far is being undone.`
        : 'The change is being undone.';
    case 'rolled_back':
      return failed > 0
        ? `Action ${failed} failed. Everything done before it is undone.`
        : 'The change was rolled back: everything is as before.';
  }
};

/** The one line below the state: how far it is. */
export const progressWords = (execution: Execution, steps: readonly ExecutionStep[]): string => {
  const undone = steps.filter(({ status }) => status === 'undone').length;
  const toUndo = undone + steps.filter(({ status }) => ['completed', 'undoing', 'undo_failed'].includes(status)).length;
  if (execution.status === 'rolling_back') return `${undone} of ${toUndo} undone.`;
  if (execution.status === 'rolled_back') return `${count(undone, 'action')} undone.`;
  const { completed, total } = execution.results;
  const next = steps.find(({ status }) => status === 'running') ?? steps.find(({ status }) => status === 'pending');
  return `${completed} of ${total} done${next && execution.status === 'running' ? `, ${next.serverName} is at work` : ''}.`;
};
