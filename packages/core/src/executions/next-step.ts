import type { ExecutionStatus, StepStatus } from '@mcp-coordinator/contract/executions.contract';

export interface StepState {
  readonly actionId: string;
  readonly position: number;
  readonly status: StepStatus;
  /** Steps with the same one must run in order, even in parallel mode: they change the same file. */
  readonly lane: string;
}

export interface ExecutionState {
  readonly status: ExecutionStatus;
  readonly rollbackOnFailure: boolean;
  readonly parallel: boolean;
  readonly cancelRequested: boolean;
  readonly steps: readonly StepState[];
}

/** How many actions run side by side in parallel mode. */
export const PARALLEL_MAX = 4;

export type NextStep =
  | { readonly do: 'apply'; readonly actionIds: readonly string[] }
  | { readonly do: 'undo'; readonly actionId: string }
  | { readonly do: 'begin_rollback' }
  | { readonly do: 'end'; readonly as: 'complete' | 'fail' | 'cancel' | 'finish_rollback' };

/**
 * What an execution does next, from nothing but its rows: so that whoever takes it over after a crash goes on where the
 * other stopped. A step found `running` or `undoing` is asked for again; the executor's journal keeps it from running twice.
 */
export function nextStep(execution: ExecutionState): NextStep {
  return execution.status === 'rolling_back' ? nextUndo(execution) : nextApply(execution);
}

function nextApply({ steps, rollbackOnFailure, cancelRequested, parallel }: ExecutionState): NextStep {
  const has = (status: StepStatus): boolean => steps.some((step) => step.status === status);
  const stopping = cancelRequested || has('failed');
  // What has begun is finished first, whatever was asked for since: its outcome must be known before it can be undone.
  const begun = steps.filter((step) => step.status === 'running');
  if (begun.length > 0) return { do: 'apply', actionIds: begun.map((step) => step.actionId) };
  if (stopping) return stopWith(cancelRequested || rollbackOnFailure, has('completed'), has('failed'));
  const runnable = startable(steps);
  if (runnable.length === 0) return { do: 'end', as: 'complete' };
  return { do: 'apply', actionIds: runnable.slice(0, parallel ? PARALLEL_MAX : 1).map((step) => step.actionId) };
}

function stopWith(undo: boolean, somethingDone: boolean, somethingFailed: boolean): NextStep {
  if (undo && somethingDone) return { do: 'begin_rollback' };
  return { do: 'end', as: somethingFailed ? 'fail' : 'cancel' };
}

/** Pending steps that are first in their lane. */
function startable(steps: readonly StepState[]): StepState[] {
  const ordered = [...steps].sort((a, b) => a.position - b.position).filter((step) => step.status === 'pending');
  return ordered.filter((step, index) => ordered.findIndex((other) => other.lane === step.lane) === index);
}

/** Newest first. An undo that failed ends it as failed, after every other undo was tried. */
function nextUndo({ steps }: ExecutionState): NextStep {
  const open = steps.filter((step) => step.status === 'completed' || step.status === 'undoing');
  const last = open.reduce<StepState | undefined>((a, b) => (a && a.position > b.position ? a : b), undefined);
  if (last) return { do: 'undo', actionId: last.actionId };
  return { do: 'end', as: steps.some((step) => step.status === 'undo_failed') ? 'fail' : 'finish_rollback' };
}
