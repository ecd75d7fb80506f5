import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { ExecutionStatus, StepStatus } from '@mcp-coordinator/contract/executions.contract';
import type { Transition } from '@mcp-coordinator/core/state-machine';
import { type Selectable, sql } from 'kysely';
import { cappedCount, decodeCursor, type PageRequest, pageOf } from '../../db/paging.ts';
import type { Db, Schema, Tx } from '../../db/schema.ts';

export type ExecutionRow = Selectable<Schema['executions']>;
export type StepRow = Selectable<Schema['execution_actions']>;

export async function insertExecution(
  tx: Tx,
  execution: { id: string; proposalId: string; now: Date; steps: readonly { plan: ActionPlan; executorId: string }[] },
): Promise<void> {
  await tx
    .insertInto('executions')
    .values({ id: execution.id, proposal_id: execution.proposalId, status: 'pending', created_at: execution.now })
    .execute();
  await tx
    .insertInto('execution_actions')
    .values(
      execution.steps.map(({ plan, executorId }, position) => ({
        execution_id: execution.id,
        action_id: plan.actionId,
        position,
        type: plan.type,
        server_name: plan.serverName,
        executor_id: executorId,
        status: 'pending' as const,
        diff: plan.diff,
      })),
    )
    .execute();
}

export const findExecution = (db: Db | Tx, id: string): Promise<ExecutionRow | undefined> =>
  db.selectFrom('executions').selectAll().where('id', '=', id).executeTakeFirst();

export const findExecutionOf = (db: Db | Tx, proposalId: string): Promise<ExecutionRow | undefined> =>
  db.selectFrom('executions').selectAll().where('proposal_id', '=', proposalId).executeTakeFirst();

export const lockExecution = (tx: Tx, id: string): Promise<ExecutionRow | undefined> =>
  tx.selectFrom('executions').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

export const stepsOf = (db: Db | Tx, executionId: string): Promise<StepRow[]> =>
  db.selectFrom('execution_actions').selectAll().where('execution_id', '=', executionId).orderBy('position').execute();

export interface ExecutionChange {
  startedAt?: Date;
  finishedAt?: Date;
  startedBy?: string;
  rollbackOnFailure?: boolean;
  parallelExecution?: boolean;
  error?: string | null;
  reassessmentId?: string;
  resumableUntil?: Date | null;
}

export async function saveExecution(
  tx: Tx,
  id: string,
  transition: Transition<ExecutionStatus>,
  change: ExecutionChange = {},
): Promise<void> {
  await tx
    .updateTable('executions')
    .set({
      status: transition.to,
      ...(change.startedAt ? { started_at: change.startedAt } : {}),
      ...(change.finishedAt ? { finished_at: change.finishedAt } : {}),
      ...(change.startedBy ? { started_by: change.startedBy } : {}),
      ...(change.rollbackOnFailure === undefined ? {} : { rollback_on_failure: change.rollbackOnFailure }),
      ...(change.parallelExecution === undefined ? {} : { parallel_execution: change.parallelExecution }),
      ...(change.error === undefined ? {} : { error: change.error }),
      ...(change.reassessmentId ? { reassessment_id: change.reassessmentId } : {}),
      ...(change.resumableUntil ? { resumable_until: change.resumableUntil } : {}),
    })
    .where('id', '=', id)
    .where('status', '=', transition.from)
    .execute();
}

export async function saveCancelRequest(tx: Tx, id: string, actor: string, reason: string): Promise<void> {
  await tx.updateTable('executions').set({ cancel_requested_by: actor, error: reason }).where('id', '=', id).execute();
}

export interface StepChange {
  startedAt?: Date;
  finishedAt?: Date;
  durationMs?: number;
  error?: string | null;
  diff?: string;
  log?: readonly string[];
}

export async function saveStep(
  tx: Tx,
  executionId: string,
  actionId: string,
  transition: Transition<StepStatus>,
  change: StepChange = {},
): Promise<void> {
  await tx
    .updateTable('execution_actions')
    .set({
      status: transition.to,
      ...(change.startedAt ? { started_at: change.startedAt } : {}),
      ...(change.finishedAt ? { finished_at: change.finishedAt } : {}),
      ...(change.durationMs === undefined ? {} : { duration_ms: change.durationMs }),
      ...(change.error === undefined ? {} : { error: change.error }),
      ...(change.diff ? { diff: change.diff } : {}),
      ...(change.log ? { log: JSON.stringify(change.log) } : {}),
    })
    .where('execution_id', '=', executionId)
    .where('action_id', '=', actionId)
    .where('status', '=', transition.from)
    .execute();
}

/** Marks what is left to do on one machine of a rollout, or takes the mark away. */
export async function savePassedOver(
  tx: Tx,
  executionId: string,
  executorId: string,
  passedOver: StepRow['passed_over'],
): Promise<void> {
  await tx
    .updateTable('execution_actions')
    .set({ passed_over: passedOver })
    .where('execution_id', '=', executionId)
    .where('executor_id', '=', executorId)
    .where('status', '=', 'pending')
    .execute();
}

/** Median durations in ms of the newest hundred actions of each type. */
export async function medianDurations(db: Db): Promise<Map<string, number>> {
  const rows = await sql<{ type: string; median: number }>`
    select type, percentile_cont(0.5) within group (order by duration_ms) as median
    from (select type, duration_ms, row_number() over (partition by type order by finished_at desc) as nth
          from execution_actions where duration_ms is not null) as recent
    where nth <= 100 group by type`.execute(db);
  return new Map(rows.rows.map((row) => [row.type, row.median]));
}

export interface ExecutionFilter extends PageRequest {
  status?: ExecutionStatus | undefined;
  /** A machine key sees executions of what it proposed. */
  proposedBy?: string | undefined;
}

export async function listExecutions(db: Db, filter: ExecutionFilter) {
  const after = decodeCursor(filter.cursor);
  if (!after.ok) return after;
  let query = db.selectFrom('executions').innerJoin('remediations', 'remediations.id', 'executions.proposal_id');
  if (filter.status) query = query.where('executions.status', '=', filter.status);
  if (filter.proposedBy) query = query.where('remediations.proposed_by', '=', filter.proposedBy);
  const counted = await cappedCount(db, query.select('executions.id'));
  if (after.value) {
    const { at, id } = after.value;
    query = query.where((eb) => eb(eb.refTuple('executions.created_at', 'executions.id'), '<', eb.tuple(at, id)));
  }
  const rows = await query
    .selectAll('executions')
    .select('remediations.break_glass')
    .orderBy('executions.created_at', 'desc')
    .orderBy('executions.id', 'desc')
    .limit(filter.limit + 1)
    .offset(after.value ? 0 : (filter.offset ?? 0))
    .execute();
  return { ok: true as const, value: pageOf(rows, filter, counted, (row) => ({ at: row.created_at, id: row.id })) };
}
