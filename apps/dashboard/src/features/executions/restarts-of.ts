import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { ExecutionStep } from '@mcp-coordinator/contract/executions.contract';

/** Steps after which a file is not what its client last read, or was not for a while. */
const WROTE: readonly ExecutionStep['status'][] = ['completed', 'undone', 'undo_failed'];

/** What is to be restarted on which machine, each once, in the order of the actions. */
export const restartsOf = (
  plans: readonly Pick<ActionPlan, 'actionId' | 'restart' | 'target'>[],
  steps: readonly Pick<ExecutionStep, 'id' | 'status'>[],
): { machine: string; words: string }[] => {
  const wrote = new Set(steps.filter(({ status }) => WROTE.includes(status)).map(({ id }) => id));
  const restarts = new Map<string, { machine: string; words: string }>();
  for (const { actionId, restart, target } of plans) {
    if (!wrote.has(actionId)) continue;
    const machine = target?.installerId ?? '';
    for (const words of restart) restarts.set(`${machine} ${words}`, { machine, words });
  }
  return [...restarts.values()];
};
