import { randomUUID } from 'node:crypto';
import type { JournalEntry } from '@mcp-coordinator/client/agent/action-journal';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import type { Report } from './change-outcome.ts';
import type { ChangeUndo } from './change-undo.ts';
import type { Executor } from './executor.ts';
import { rollbackChange } from './rollback-change.ts';

/** True for a change that was begun here, may have left something behind, and was not undone yet. */
export const stands = ({ apply, rollback }: JournalEntry<ChangeUndo>): boolean => {
  if (apply === undefined || apply.undo === null || rollback?.outcome?.status === 'rolled_back') return false;
  return apply.outcome === null || apply.outcome.status === 'completed';
};

/** Undoes a change out of the journal, on the word of the person at this machine. */
export async function undoEntry(
  executor: Executor,
  entry: JournalEntry<ChangeUndo>,
  report: Report,
): Promise<ActionOutcome> {
  const { executionId, actionId, apply } = entry;
  if (apply === undefined) throw new Error('an entry without a change cannot be undone');
  const { actionDigest, planDigest } = apply;
  const request = {
    operation: 'rollback',
    executionId,
    actionId,
    actionDigest,
    planDigest,
    jti: `local-${randomUUID()}`,
  } as const;
  const work = rollbackChange(executor, request, report);
  executor.underWay.add(work);
  try {
    return await work;
  } finally {
    executor.underWay.delete(work);
  }
}
