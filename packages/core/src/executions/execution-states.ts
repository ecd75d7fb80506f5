import type { ExecutionStatus, StepStatus } from '@mcp-coordinator/contract/executions.contract';
import type { Moves } from '../state-machine.ts';

/** The life of an execution (CONTRACT §4). `drop` ends one whose proposal expired or was superseded before it ran. */
export const EXECUTION_MOVES = {
  start: { from: ['pending'], to: 'running' },
  drop: { from: ['pending'], to: 'cancelled' },
  complete: { from: ['running'], to: 'completed' },
  fail: { from: ['running', 'rolling_back'], to: 'failed' },
  cancel: { from: ['running'], to: 'cancelled' },
  begin_rollback: { from: ['running', 'completed'], to: 'rolling_back' },
  finish_rollback: { from: ['rolling_back'], to: 'rolled_back' },
} as const satisfies Moves<ExecutionStatus>;

/** One action of it. An undo that failed may be tried again. */
export const STEP_MOVES = {
  start: { from: ['pending', 'running'], to: 'running' },
  complete: { from: ['running'], to: 'completed' },
  fail: { from: ['running'], to: 'failed' },
  skip: { from: ['pending'], to: 'skipped' },
  undo: { from: ['completed', 'undoing', 'undo_failed'], to: 'undoing' },
  finish_undo: { from: ['undoing'], to: 'undone' },
  fail_undo: { from: ['undoing'], to: 'undo_failed' },
} as const satisfies Moves<StepStatus>;

export const isOver = (status: ExecutionStatus): boolean => !['pending', 'running', 'rolling_back'].includes(status);
