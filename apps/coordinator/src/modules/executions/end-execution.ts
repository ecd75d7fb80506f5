import type { AuditAction } from '@mcp-coordinator/contract/audit.contract';
import type { ExecutionStatus } from '@mcp-coordinator/contract/executions.contract';
import { EXECUTION_MOVES, STEP_MOVES } from '@mcp-coordinator/core/executions/execution-states';
import type { NextStep } from '@mcp-coordinator/core/executions/next-step';
import { PROPOSAL_MOVES, type ProposalMove } from '@mcp-coordinator/core/remediations/proposal-states';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import type { Db, Tx } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { AssessmentsModule } from '../assessments/assessments.module.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { ProposalRow, RemediationsModule } from '../remediations/remediations.module.ts';
import { type Lease, lockWithLease } from './execution-lease.store.ts';
import { type ExecutionRow, type StepRow, saveExecution, saveStep } from './executions.store.ts';

export interface EndExecutionDeps {
  db: Db;
  clock: Clock;
  remediations: Pick<RemediationsModule, 'lock' | 'saveTransition'>;
  assessments: Pick<AssessmentsModule, 'request'>;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}
type End = Extract<NextStep, { do: 'end' }>['as'];

const ENDS: Record<End, { proposal: ProposalMove; audit: AuditAction; event: ExecutionStatus }> = {
  complete: { proposal: 'finish', audit: 'execution_completed', event: 'completed' },
  fail: { proposal: 'fail', audit: 'execution_failed', event: 'failed' },
  cancel: { proposal: 'cancel', audit: 'execution_cancelled', event: 'cancelled' },
  finish_rollback: { proposal: 'roll_back', audit: 'execution_rolled_back', event: 'rolled_back' },
};

/** From here on every completed action is undone, newest first. */
export const turnBack = (deps: EndExecutionDeps, lease: Lease): Promise<'done' | 'lost_lease'> =>
  deps.db.transaction().execute(async (tx) => {
    const execution = await lockWithLease(tx, lease);
    if (!execution) return 'lost_lease';
    const move = moveFrom(EXECUTION_MOVES, execution.status, 'begin_rollback', `Execution ${execution.id}`);
    if (!move.ok) throw new Error(move.refusal.detail);
    await saveExecution(tx, execution.id, move.value);
    const data = { executionId: execution.id, proposalId: execution.proposal_id, status: 'rolling_back' };
    await deps.publishEvent(tx, { channel: 'executions', event: 'execution.rolling_back', data });
    return 'done';
  });

/** The end, with the proposal's, in one transaction; then the servers are assessed again. */
export async function endExecution(
  deps: EndExecutionDeps,
  lease: Lease,
  as: End,
  { execution, proposal, steps }: { execution: ExecutionRow; proposal: ProposalRow; steps: readonly StepRow[] },
): Promise<'over' | 'lost_lease'> {
  const reassessmentId = await reassess(deps, execution, steps);
  return deps.db.transaction().execute(async (tx) => {
    const locked = await lockWithLease(tx, lease);
    if (!locked) return 'lost_lease';
    const move = moveFrom(EXECUTION_MOVES, locked.status, as, `Execution ${locked.id}`);
    if (!move.ok) throw new Error(move.refusal.detail);
    const error = locked.error ?? shortfall(steps);
    await saveExecution(tx, locked.id, move.value, {
      finishedAt: deps.clock(),
      error,
      ...(reassessmentId ? { reassessmentId } : {}),
    });
    await skipPending(tx, locked.id, steps);
    await endProposal(deps, tx, proposal.id, ENDS[as].proposal, error);
    const details = {
      proposalId: proposal.id,
      status: move.value.to,
      error,
      actions: steps.map((step) => ({ actionId: step.action_id, status: step.status })),
      reassessmentId,
    };
    const result = as === 'complete' || as === 'finish_rollback' ? 'success' : 'failure';
    await deps.recordAudit(tx, { action: ENDS[as].audit, actor: 'system', target: locked.id, result, details });
    const data = { executionId: locked.id, proposalId: proposal.id, status: move.value.to, error };
    await deps.publishEvent(tx, { channel: 'executions', event: `execution.${ENDS[as].event}`, data });
    return 'over';
  });
}

/** What was not done, in words; null when all was. */
function shortfall(steps: readonly StepRow[]): string | null {
  const failed = steps.filter((step) => step.error !== null).map((step) => `${step.action_id} failed: ${step.error}`);
  const passed = steps.flatMap(({ executor_id, passed_over, status }) =>
    passed_over !== null && status === 'pending' ? [`${executor_id} (${passed_over})`] : [],
  );
  const over = passed.length > 0 ? `Nothing was done on ${[...new Set(passed)].join(', ')}.` : '';
  const [first = '', ...more] = failed;
  const others = more.length > 0 ? ` ${more.length} more failed.` : '';
  return `${first}${others} ${over}`.trim() || null;
}

async function skipPending(tx: Tx, executionId: string, steps: readonly StepRow[]): Promise<void> {
  for (const step of steps) {
    const move = moveFrom(STEP_MOVES, step.status, 'skip', `Action ${step.action_id}`);
    if (move.ok) await saveStep(tx, executionId, step.action_id, move.value);
  }
}

async function endProposal(
  deps: EndExecutionDeps,
  tx: Tx,
  proposalId: string,
  name: ProposalMove,
  reason: string | null,
): Promise<void> {
  const proposal = await deps.remediations.lock(tx, proposalId);
  if (!proposal) throw new Error(`no proposal ${proposalId}`);
  const move = moveFrom(PROPOSAL_MOVES, proposal.status, name, `Proposal ${proposalId}`);
  // A rollback of a completed execution that failed leaves the proposal executed: part of it still stands.
  if (!move.ok) return;
  await deps.remediations.saveTransition(tx, proposalId, move.value, reason === null ? {} : { reason });
  await deps.publishEvent(tx, {
    channel: 'remediations',
    event: `remediation.${move.value.to}`,
    data: { proposalId, status: move.value.to },
  });
}

/** The affected servers are assessed again, under an id that a resumed end asks for again. */
async function reassess(
  deps: EndExecutionDeps,
  execution: ExecutionRow,
  steps: readonly StepRow[],
): Promise<string | undefined> {
  const touched = steps.filter((step) => step.status !== 'pending' && step.status !== 'skipped');
  if (touched.length === 0) return undefined;
  const undone = execution.status === 'rolling_back' ? '-undone' : '';
  const request = {
    requestId: `reassessment-${execution.id}${undone}`,
    assessmentType: 'compliance' as const,
    options: { includeDetails: true, generateReport: true, autoApprove: false },
    targetServers: [
      ...new Set(touched.filter((step) => step.type !== 'remove_server').map((step) => step.server_name)),
    ],
  };
  // Without a server left to look at there is nothing to assess; an empty list would mean all of them.
  if (request.targetServers.length === 0) return undefined;
  const asked = await deps.assessments.request(request, { actor: 'system', origin: 'reassessment' });
  return asked.ok ? asked.value : undefined;
}
