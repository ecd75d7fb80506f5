import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import { STEP_MOVES } from '@mcp-coordinator/core/executions/execution-states';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import type { Logger } from 'pino';
import type { Db } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { ProposalRow } from '../remediations/remediations.module.ts';
import { type CallExecutorDeps, callExecutor, type Operation } from './call-executor.ts';
import { type Lease, lockWithLease } from './execution-lease.store.ts';
import { type StepRow, saveStep } from './executions.store.ts';

export interface RunStepDeps extends CallExecutorDeps {
  db: Db;
  clock: Clock;
  log: Logger;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}
/** `away`: the executor did not answer, so it is not known yet what became of the action. */
export type StepEnd = 'done' | 'lost_lease' | 'away';

/** An executor that stays away this long ends the wait: the step has failed, with what is unknown said. */
const EXECUTOR_WAIT_MS = 10 * 60_000;

/** The same step there and back: the moves, the outcome that counts as done, and what the log calls it. */
const WAYS = {
  apply: {
    begin: 'start',
    under: 'running',
    done: 'complete',
    failed: 'fail',
    ok: 'completed',
    audit: 'execution_action_completed',
  },
  rollback: {
    begin: 'undo',
    under: 'undoing',
    done: 'finish_undo',
    failed: 'fail_undo',
    ok: 'rolled_back',
    audit: 'execution_action_undone',
  },
} as const;

/** One action, there or back: intent written before, result after, the executor's journal between them. */
export async function runStep(
  deps: RunStepDeps,
  lease: Lease,
  proposal: ProposalRow,
  step: StepRow,
  operation: Operation,
): Promise<StepEnd> {
  const startedAt = await begin(deps, lease, step, operation);
  if (!startedAt) return 'lost_lease';
  const outcome = await callExecutor(deps, { executionId: lease.executionId, proposal, step, operation });
  if (outcome.ok) return finish(deps, lease, step, operation, outcome.value);
  const waitedMs = deps.clock().getTime() - startedAt.getTime();
  deps.log.warn(
    { executionId: lease.executionId, actionId: step.action_id, reason: outcome.refusal.detail },
    'an executor did not answer',
  );
  if (waitedMs < EXECUTOR_WAIT_MS) return 'away';
  const error = `${step.executor_id} did not answer for ${EXECUTOR_WAIT_MS / 60_000} minutes, so it is unknown whether this action was carried out. Look at the file before doing anything else. ${outcome.refusal.detail}`;
  return finish(deps, lease, step, operation, { status: 'failed', error, diff: '', log: [], durationMs: waitedMs });
}

/** The intent: from here on this action may have happened, whatever dies. */
const begin = (deps: RunStepDeps, lease: Lease, step: StepRow, operation: Operation): Promise<Date | undefined> =>
  deps.db.transaction().execute(async (tx) => {
    if (!(await lockWithLease(tx, lease))) return undefined;
    const move = moveFrom(STEP_MOVES, step.status, WAYS[operation].begin, `Action ${step.action_id}`);
    if (!move.ok) throw new Error(move.refusal.detail);
    const resumed = step.status === move.value.to;
    const startedAt = resumed && step.started_at ? step.started_at : deps.clock();
    await saveStep(tx, lease.executionId, step.action_id, move.value, { startedAt });
    if (!resumed) await deps.publishEvent(tx, stepEvent(lease, step, move.value.to));
    return startedAt;
  });

type Outcome = Pick<ActionOutcome, 'status' | 'error' | 'diff' | 'log' | 'durationMs'>;

const finish = (
  deps: RunStepDeps,
  lease: Lease,
  step: StepRow,
  operation: Operation,
  outcome: Outcome,
): Promise<StepEnd> =>
  deps.db.transaction().execute(async (tx) => {
    if (!(await lockWithLease(tx, lease))) return 'lost_lease';
    const way = WAYS[operation];
    const done = outcome.status === way.ok;
    const move = moveFrom(STEP_MOVES, way.under, done ? way.done : way.failed, `Action ${step.action_id}`);
    if (!move.ok) throw new Error(move.refusal.detail);
    const error = done ? null : (outcome.error ?? `it ended as ${outcome.status}`);
    await saveStep(tx, lease.executionId, step.action_id, move.value, {
      finishedAt: deps.clock(),
      error,
      log: [...step.log, ...outcome.log],
      // The way back has a duration of its own, which says nothing about the next way there.
      ...(operation === 'apply' ? { durationMs: outcome.durationMs, diff: outcome.diff } : {}),
    });
    const result = done ? 'success' : 'failure';
    const action = done ? way.audit : 'execution_action_failed';
    const details = { ...factsOf(step), operation, error, durationMs: Math.round(outcome.durationMs) };
    await deps.recordAudit(tx, { action, actor: 'system', target: lease.executionId, result, details });
    await deps.publishEvent(tx, stepEvent(lease, step, move.value.to));
    return 'done';
  });

const factsOf = (step: StepRow) => ({
  actionId: step.action_id,
  type: step.type,
  serverName: step.server_name,
  executor: step.executor_id,
});

const stepEvent = (lease: Lease, step: StepRow, status: StepRow['status']) => ({
  channel: 'executions' as const,
  event: 'execution.action',
  data: { executionId: lease.executionId, ...factsOf(step), status },
});
