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
  const startedMs = executor.clock.steadyMs();
  const end = (status: ActionOutcome['status'], words?: { error?: string; log?: string[] }) =>
    outcomeOf(executor, request, startedMs, status, words);
  return executor.journal.exclusively(request, async () => {
    const known = await executor.journal.check(request);
    if (!known.ok) return end('refused', { error: known.refusal.detail });
    if (known.value.state === 'finished') return known.value.outcome;
    // The undo names the record that was written, so an interrupted run that got that far is only concluded.
    const undo = known.value.state === 'interrupted' ? known.value.record.undo : null;
    const wrote = undo !== null && isWritten(executor, request, undo);
    const draft = wrote ? undefined : planAction(action, servers, executor.store.state, executor.clock.now());
    if (draft !== undefined && (!draft.ok || draft.value.plan.planDigest !== request.planDigest)) {
      const error = draft.ok
        ? 'The server or the record is no longer what was previewed. Nothing was changed. Propose the action again.'
        : draft.refusal.detail;
      if (known.value.state === 'fresh') await executor.journal.intend(request, isoNow(executor), null);
      return conclude(executor, request, end('stale', { error }));
    }
    if (draft !== undefined) await write(executor, request, draft.value);
    return conclude(
      executor,
      request,
      end('completed', {
        log: [action.type === 'pin_tools' ? 'pinned the tool definitions' : 'recorded the accepted risk'],
      }),
    );
  });
}

const isoNow = ({ clock }: Executor): string => clock.now().toISOString();

async function write(executor: Executor, request: ActionRequest, { change }: Draft): Promise<void> {
  const { store, journal } = executor;
  const made = { executionId: request.executionId };
  const edit: StateEdit =
    change.kind === 'pin'
      ? { kind: 'pin', server: change.record.server, record: { ...change.record, ...made, pinnedAt: isoNow(executor) } }
      : {
          kind: 'waiver',
          server: change.record.server,
          rule: change.record.rule,
          record: { ...change.record, ...made, acceptedAt: isoNow(executor) },
        };
  await journal.intend(request, isoNow(executor), undoOf(store.state, edit));
  await store.edit(edit);
}

/** True when the state already holds this execution's record at the place its undo names. */
function isWritten({ store }: Executor, { executionId }: ActionRequest, undo: StateEdit): boolean {
  return undoOf(store.state, undo).record?.executionId === executionId && !isApplied(store.state, undo);
}

async function conclude({ journal }: Executor, request: ActionRequest, outcome: ActionOutcome): Promise<ActionOutcome> {
  await journal.conclude(request, outcome);
  return outcome;
}
