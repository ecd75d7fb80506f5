import type { RolloutMachineStatus } from '@mcp-coordinator/contract/executions.contract';
import type { StepState } from '../executions/next-step.ts';

/** Why a machine was passed over when its turn came: it may come back to what was approved. */
export type PassedOver = 'away' | 'changed';

export interface RolloutStep extends StepState {
  readonly installerId: string;
  readonly passedOver: PassedOver | null;
}

/** Where one machine stands, from its steps alone; they are in their order. */
export function machineState(steps: readonly RolloutStep[]): RolloutMachineStatus {
  const has = (...statuses: StepState['status'][]): boolean => steps.some(({ status }) => statuses.includes(status));
  if (has('failed', 'undo_failed')) return 'failed';
  if (has('running', 'undoing')) return 'under_way';
  if (has('undone')) return 'undone';
  const next = steps.find(({ status }) => status === 'pending');
  if (next && has('completed')) return 'under_way';
  if (next) return next.passedOver ?? 'pending';
  return has('skipped') ? 'skipped' : 'done';
}

/** Whether a wave waits for it no longer. */
export const isSettled = (state: RolloutMachineStatus): boolean => state !== 'pending' && state !== 'under_way';
