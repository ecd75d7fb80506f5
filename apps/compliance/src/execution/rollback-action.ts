import type { ActionRequest } from '@mcp-coordinator/client/agent/action-journal';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import { isApplied, undoOf } from './apply-to-state.ts';
import { type Executor, outcomeOf } from './executor.ts';

/** Takes back an action that was carried out: puts the record back that stood there before, or takes the new one out. */
export function rollbackAction(executor: Executor, request: ActionRequest): Promise<ActionOutcome> {
  const { journal, store, clock } = executor;
  const startedMs = clock.steadyMs();
  const end = (status: ActionOutcome['status'], words?: { error?: string; log?: string[] }) =>
    outcomeOf(executor, request, startedMs, status, words);
  return journal.exclusively(request, async () => {
    const known = await journal.check(request);
    if (!known.ok) return end('refused', { error: known.refusal.detail });
    if (known.value.state === 'finished') return known.value.outcome;
    const applied = await journal.record({ ...request, operation: 'apply' });
    const undo = applied?.undo ?? null;
    if (applied === null || undo === null)
      return end('refused', { error: 'This action changed nothing here that could be undone. Nothing was changed.' });
    const present = undoOf(store.state, undo).record;
    if (present?.executionId !== request.executionId && !isApplied(store.state, undo)) {
      return end('failed', {
        error: 'A later action changed the same record. Nothing was changed. Undo the later one first.',
      });
    }
    await journal.intend(request, clock.now().toISOString(), null);
    await store.edit(undo);
    const outcome = end('rolled_back', {
      log: [undo.record === null ? 'took the record out' : 'put the earlier record back'],
    });
    await journal.conclude(request, outcome);
    return outcome;
  });
}
