import { EXECUTION_MOVES } from '@mcp-coordinator/core/executions/execution-states';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import type { Tx } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { findExecutionOf, lockExecution, saveExecution } from './executions.store.ts';

export interface DropExecutionDeps {
  clock: Clock;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}

/** Ends the execution that an approval had prepared and that will never start. */
export async function dropExecution(
  { clock, recordAudit, publishEvent }: DropExecutionDeps,
  tx: Tx,
  proposalId: string,
  reason: string,
  requestId: string | null = null,
): Promise<void> {
  const found = await findExecutionOf(tx, proposalId);
  const execution = found && (await lockExecution(tx, found.id));
  if (!execution) return;
  const transition = moveFrom(EXECUTION_MOVES, execution.status, 'drop', `Execution ${execution.id}`);
  if (!transition.ok) return;
  await saveExecution(tx, execution.id, transition.value, { finishedAt: clock(), error: reason });
  await recordAudit(tx, {
    action: 'execution_cancelled',
    actor: 'system',
    target: execution.id,
    details: { proposalId, reason },
    requestId,
  });
  await publishEvent(tx, {
    channel: 'executions',
    event: 'execution.cancelled',
    data: { executionId: execution.id, proposalId, status: 'cancelled', reason },
  });
}
