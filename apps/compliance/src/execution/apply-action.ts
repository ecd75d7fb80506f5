import type { ActionRequest } from '@mcp-coordinator/client/agent/action-journal';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { ActionOutcome, AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { isApplied, type StateEdit, undoOf } from './apply-to-state.ts';
import { type Executor, outcomeOf } from './executor.ts';
import { type Draft, planAction } from './plan-action.ts';

/**
 * Carries out one action that was allowed. Idempotent by execution and action id, over kill -9: intent, record and outcome
 * are each on disk before the next begins, and writing the record twice changes nothing.
 */
export function applyAction(
  executor: Executor,
  request: ActionRequest,
  action: Action,
  servers: readonly AssessedServer[],
): Promise<ActionOutcome> {
  const { journal, clock } = executor;
  const startedMs = clock.steadyMs();
  return journal.exclusively(request, async () => {
    const known = await journal.check(request);
    if (!known.ok) return outcomeOf(executor, request, startedMs, 'refused', { error: known.refusal.detail });
    if (known.value.state === 'finished') return known.value.outcome;
    // The undo names the place of the record, so an interrupted run that got that far is only concluded.
    const undo = known.value.state === 'interrupted' ? known.value.record.undo : null;
    const wasWritten = undo !== null && isWritten(executor, request, undo);
    const error = wasWritten ? undefined : await write(executor, request, action, servers);
    const outcome =
      error === undefined
        ? outcomeOf(executor, request, startedMs, 'completed', { log: [DONE[action.type] ?? 'wrote the record'] })
        : outcomeOf(executor, request, startedMs, 'stale', { error });
    await journal.conclude(request, outcome);
    return outcome;
  });
}

const DONE: Partial<Record<Action['type'], string>> = {
  pin_tools: 'pinned the tool definitions',
  accept_risk: 'recorded the accepted risk',
};
const STALE =
  'The server or the record is no longer what was previewed. Nothing was changed. Propose the action again.';

const isoNow = ({ clock }: Executor): string => clock.now().toISOString();

/** Writes intent and record; answers why not when the plan is no longer the one that was allowed. */
async function write(
  executor: Executor,
  request: ActionRequest,
  action: Action,
  servers: readonly AssessedServer[],
): Promise<string | undefined> {
  const { store, journal, clock } = executor;
  const planned = planAction(action, servers, store.state, clock.now());
  if (!planned.ok || planned.value.plan.planDigest !== request.planDigest) {
    await journal.intend(request, isoNow(executor), null);
    return planned.ok ? STALE : planned.refusal.detail;
  }
  const edit = editOf(executor, request, planned.value);
  await journal.intend(request, isoNow(executor), undoOf(store.state, edit));
  await store.edit(edit);
  return undefined;
}

function editOf(executor: Executor, { executionId }: ActionRequest, { change }: Draft): StateEdit {
  const at = isoNow(executor);
  if (change.kind === 'pin') {
    return { kind: 'pin', server: change.record.server, record: { ...change.record, executionId, pinnedAt: at } };
  }
  const { server, rule } = change.record;
  return { kind: 'waiver', server, rule, record: { ...change.record, executionId, acceptedAt: at } };
}

/** True when the state already holds this execution's record at the place its undo names. */
function isWritten({ store }: Executor, { executionId }: ActionRequest, undo: StateEdit): boolean {
  return undoOf(store.state, undo).record?.executionId === executionId && !isApplied(store.state, undo);
}
