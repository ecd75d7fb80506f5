import { ACTION_OWNERS, type Action } from '@mcp-coordinator/contract/actions.contract';
import { type ActionOutcome, COMPLIANCE_TOOLS, INSTALLER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { STEP_MOVES } from '@mcp-coordinator/core/executions/execution-states';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import type { Logger } from 'pino';
import type { Db } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { ProposalRow, RemediationsModule } from '../remediations/remediations.module.ts';
import type { ServersModule } from '../servers/servers.module.ts';
import { type Lease, lockWithLease } from './execution-lease.store.ts';
import { type StepRow, saveStep } from './executions.store.ts';
import type { GrantSigner } from './sign-grant.ts';

export interface RunStepDeps {
  db: Db;
  clock: Clock;
  log: Logger;
  servers: Pick<ServersModule, 'call' | 'nonceOf'>;
  remediations: Pick<RemediationsModule, 'openActions' | 'snapshotsFor'>;
  grants: Pick<GrantSigner, 'sign'>;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}
export type Operation = 'apply' | 'rollback';
/** `away`: the executor did not answer, so it is not known yet what became of the action. */
export type StepEnd = 'done' | 'lost_lease' | 'away';

const CALL_TIMEOUT_MS = 180_000;
/** An executor that stays away this long ends the wait: the step has failed, with what is unknown said. */
export const EXECUTOR_WAIT_MS = 10 * 60_000;

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
  const outcome = await callExecutor(deps, lease.executionId, proposal, step, operation);
  if (outcome.ok) return finish(deps, lease, step, operation, outcome.value);
  const waitedMs = deps.clock().getTime() - startedAt.getTime();
  deps.log.warn({ executionId: lease.executionId, actionId: step.action_id, reason: outcome.refusal.detail }, 'an executor did not answer');
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

async function callExecutor(
  deps: RunStepDeps,
  executionId: string,
  proposal: ProposalRow,
  step: StepRow,
  operation: Operation,
): Promise<Result<ActionOutcome, Refusal<'server_unreachable'>>> {
  const action = deps.remediations.openActions(proposal).find((one) => one.id === step.action_id);
  const plan = proposal.preview.plans.find((one) => one.actionId === step.action_id);
  if (!action || !plan) throw new Error(`proposal ${proposal.id} has no plan for ${step.action_id}`);
  const nonce = await deps.servers.nonceOf(step.executor_id);
  if (!nonce.ok) return nonce;
  const grant = await deps.grants.sign({
    operation,
    executionId,
    proposalId: proposal.id,
    planDigest: plan.planDigest,
    proposalDigest: proposal.digest,
    nonce: nonce.value,
    executorId: step.executor_id,
    action,
  });
  const outcome = await handOver(deps, step.executor_id, { executionId, action, grant, operation });
  if (!outcome.ok) return outcome;
  const { executionId: answeredExecution, actionId } = outcome.value;
  if (answeredExecution === executionId && actionId === step.action_id) return outcome;
  return deny(refuse('server_unreachable', `${step.executor_id} answered for another action.`));
}

interface HandOver {
  executionId: string;
  action: Action;
  grant: string;
  operation: Operation;
}

async function handOver(
  deps: RunStepDeps,
  executorId: string,
  { operation, ...granted }: HandOver,
): Promise<Result<ActionOutcome, Refusal<'server_unreachable'>>> {
  const { action, executionId, grant } = granted;
  const options = { timeoutMs: CALL_TIMEOUT_MS };
  if (ACTION_OWNERS[action.type] === 'compliance') {
    const servers = await deps.remediations.snapshotsFor([action]);
    const args = { operation, executionId, actions: [action], grant, servers };
    return outcomeOf(
      await deps.servers.call(executorId, 'execute_remediation', COMPLIANCE_TOOLS.execute_remediation, args, options),
      executorId,
    );
  }
  if (operation === 'rollback') {
    const args = { ...granted, reason: 'rollback of the execution' };
    return outcomeOf(
      await deps.servers.call(executorId, 'rollback_change', INSTALLER_TOOLS.rollback_change, args, options),
      executorId,
    );
  }
  // pin_tools and accept_risk went to the compliance server above; the rest are installer tools of the same name.
  const name = action.type as Exclude<Action['type'], 'pin_tools' | 'accept_risk'>;
  return outcomeOf(await deps.servers.call(executorId, name, INSTALLER_TOOLS[name], granted, options), executorId);
}

function outcomeOf(
  answer: Result<{ outcome?: ActionOutcome | undefined }, Refusal<'server_unreachable'>>,
  executorId: string,
): Result<ActionOutcome, Refusal<'server_unreachable'>> {
  if (!answer.ok) return answer;
  return answer.value.outcome
    ? accept(answer.value.outcome)
    : deny(refuse('server_unreachable', `${executorId} answered without an outcome.`));
}

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
