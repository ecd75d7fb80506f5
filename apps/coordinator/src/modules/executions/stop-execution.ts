import type { ExecutionStatus } from '@mcp-coordinator/contract/executions.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { EXECUTION_MOVES } from '@mcp-coordinator/core/executions/execution-states';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { WakeUp } from '../../jobs/job-queue.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { lockExecution, saveCancelRequest, saveExecution } from './executions.store.ts';

export interface StopExecutionDeps {
  db: Db;
  wakeUp: WakeUp;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}
interface Stop {
  id: string;
  reason: string;
  actor: string;
  requestId: string;
}
type Stopped = Result<ExecutionStatus, Refusal<'not_found' | 'invalid_transition'>>;

const unknown = (id: string): Stopped =>
  deny(refuse('not_found', `No execution ${id}, or none that you may see. Nothing was changed.`));

/** Asks a running execution to stop before its next action and to undo what is done. */
export const cancelExecution = (
  { db, wakeUp, recordAudit, publishEvent }: StopExecutionDeps,
  { id, reason, actor, requestId }: Stop,
): Promise<Stopped> =>
  transact(db, async (tx) => {
    const execution = await lockExecution(tx, id);
    if (!execution) return unknown(id);
    const possible = moveFrom(EXECUTION_MOVES, execution.status, 'cancel', `Execution ${id}`);
    if (!possible.ok) return possible;
    // Asked twice, it is under way already.
    if (execution.cancel_requested_by === null) {
      await saveCancelRequest(tx, id, actor, `cancelled by ${actor}: ${reason}`);
      await wakeUp(tx, 'execution', id);
      await recordAudit(tx, {
        action: 'execution_rollback_requested',
        actor,
        target: id,
        details: { reason, while: 'running' },
        requestId,
      });
      await publishEvent(tx, {
        channel: 'executions',
        event: 'execution.cancelling',
        data: { executionId: id, by: actor },
      });
    }
    return accept(execution.status);
  });

/** Starts undoing a completed execution: the undo plan was approved with the digest. */
export const rollbackExecution = (
  { db, wakeUp, recordAudit, publishEvent }: StopExecutionDeps,
  { id, reason, actor, requestId }: Stop,
): Promise<Stopped> =>
  transact(db, async (tx) => {
    const execution = await lockExecution(tx, id);
    if (!execution) return unknown(id);
    if (execution.status !== 'completed') {
      return deny(
        refuse(
          'invalid_transition',
          `Execution ${id} is ${execution.status.replace('_', ' ')}; only a completed one can be rolled back. Nothing was changed.`,
        ),
      );
    }
    const begin = moveFrom(EXECUTION_MOVES, execution.status, 'begin_rollback', `Execution ${id}`);
    if (!begin.ok) return begin;
    await saveExecution(tx, id, begin.value, { error: `rolled back by ${actor}: ${reason}` });
    await wakeUp(tx, 'execution', id);
    await recordAudit(tx, {
      action: 'execution_rollback_requested',
      actor,
      target: id,
      details: { reason, while: 'completed' },
      requestId,
    });
    await publishEvent(tx, {
      channel: 'executions',
      event: 'execution.rolling_back',
      data: { executionId: id, status: 'rolling_back', by: actor },
    });
    return accept(begin.value.to);
  });
