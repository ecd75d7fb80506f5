import type { ActionJournal, ActionRequest } from '@mcp-coordinator/client/agent/action-journal';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import type { StateEdit } from './apply-to-state.ts';
import type { StateStore } from './state-store.ts';

/** What carrying out compliance actions needs. */
export interface Executor {
  readonly store: StateStore;
  readonly journal: ActionJournal<StateEdit>;
  readonly clock: { now(): Date; steadyMs(): number };
  /** Actions that have begun and not ended; a stopping process waits for them. */
  readonly underWay: Set<Promise<unknown>>;
}

/** Builds the outcome of a request; `startedMs` is the steady clock when it began. */
export const outcomeOf = (
  { clock }: Executor,
  { executionId, actionId }: Pick<ActionRequest, 'executionId' | 'actionId'>,
  startedMs: number,
  status: ActionOutcome['status'],
  words: { error?: string; log?: readonly string[] } = {},
): ActionOutcome => ({
  executionId,
  actionId,
  status,
  error: words.error ?? null,
  diff: '',
  log: [...(words.log ?? [])],
  replayed: false,
  durationMs: Math.max(0, Math.round(clock.steadyMs() - startedMs)),
});

/** Keeps the work among those a stopping process waits for. */
export async function tracked<T>({ underWay }: Executor, work: Promise<T>): Promise<T> {
  underWay.add(work);
  try {
    return await work;
  } finally {
    underWay.delete(work);
  }
}
