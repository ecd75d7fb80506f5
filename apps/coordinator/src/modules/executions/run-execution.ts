import type { Rollout } from '@mcp-coordinator/contract/remediations.contract';
import { nextStep } from '@mcp-coordinator/core/executions/next-step';
import {
  type NextRolloutStep,
  nextRolloutStep,
  type RolloutState,
} from '@mcp-coordinator/core/rollouts/next-rollout-step';
import type { ProposalRow, RemediationsModule } from '../remediations/remediations.module.ts';
import type { Operation } from './call-executor.ts';
import { type EndExecutionDeps, endExecution, turnBack } from './end-execution.ts';
import { type Lease, releaseLease, renewLease, takeLease } from './execution-lease.store.ts';
import { type ExecutionRow, findExecution, type StepRow, stepsOf } from './executions.store.ts';
import { lookAndPassOver, type PassOverDeps } from './pass-over.ts';
import { toRolloutStep, wavesOf } from './rollout-state.ts';
import { type RunStepDeps, runStep, type StepEnd } from './run-step.ts';

export interface RunExecutionDeps extends RunStepDeps, EndExecutionDeps {
  /** Names this process in leases. */
  instanceId: string;
  /** Whether this instance is about to stop: then an execution goes on elsewhere after its present action. */
  isStopping: () => boolean;
  remediations: RunStepDeps['remediations'] &
    EndExecutionDeps['remediations'] &
    PassOverDeps['remediations'] &
    Pick<RemediationsModule, 'find'>;
}

const RENEW_EVERY_MS = 4_000;
const LOOK_AGAIN_SECONDS = 2;
/** Between two looks at machines that a rollout passed over. */
const WAIT_SECONDS = 5;
/** The soonest there is: whoever is there takes it. */
const HAND_OVER_SECONDS = 1;

/** Drives an execution to its end; answers seconds after which to look again while it has to wait. */
export async function runExecution(deps: RunExecutionDeps, id: string): Promise<number | undefined> {
  const lease = await takeLease(deps.db, id, deps.instanceId);
  // Over, or another runner has it; should that one die, the next look at orphans finds it.
  if (!lease) return undefined;
  const timer = setInterval(() => void renew(deps, lease), RENEW_EVERY_MS);
  try {
    return await drive(deps, lease);
  } finally {
    clearInterval(timer);
    await releaseLease(deps.db, lease);
  }
}

const renew = (deps: RunExecutionDeps, lease: Lease): Promise<unknown> =>
  renewLease(deps.db, lease).catch((error: unknown) =>
    deps.log.warn({ err: error, executionId: lease.executionId }, 'the lease could not be renewed'),
  );

async function drive(deps: RunExecutionDeps, lease: Lease): Promise<number | undefined> {
  /** Machines of a rollout that were found as they were approved. */
  const looked = new Set<string>();
  for (;;) {
    if (deps.isStopping()) return HAND_OVER_SECONDS;
    const execution = await findExecution(deps.db, lease.executionId);
    if (!execution) return undefined;
    const proposal = await deps.remediations.find(deps.db, execution.proposal_id);
    if (!proposal) throw new Error(`execution ${execution.id} has no proposal`);
    const steps = await stepsOf(deps.db, execution.id);
    const present = { execution, proposal, steps };
    const next = proposal.rollout
      ? nextRolloutStep(rolloutOf(deps, present, proposal.rollout), looked)
      : nextStep(stateOf(execution, steps, proposal));
    const end = await take(deps, lease, next, present, looked);
    if (end === 'away') return LOOK_AGAIN_SECONDS;
    if (end === 'waiting') return WAIT_SECONDS;
    if (end !== 'done') return undefined;
  }
}

const stateOf = (execution: ExecutionRow, steps: readonly StepRow[], proposal: ProposalRow) => ({
  status: execution.status,
  rollbackOnFailure: execution.rollback_on_failure,
  parallel: execution.parallel_execution,
  cancelRequested: execution.cancel_requested_by !== null,
  steps: steps.map((step) => ({
    actionId: step.action_id,
    position: step.position,
    status: step.status,
    lane: laneOf(step, proposal),
  })),
});

/** Actions on one file of one machine are in one lane. */
const laneOf = (step: StepRow, proposal: ProposalRow): string => {
  const path = proposal.preview.plans.find((plan) => plan.actionId === step.action_id)?.target?.path;
  return `${step.executor_id}\0${path ?? step.server_name}`;
};

interface Present {
  execution: ExecutionRow;
  proposal: ProposalRow;
  steps: readonly StepRow[];
}

const rolloutOf = (
  deps: RunExecutionDeps,
  { execution, proposal, steps }: Present,
  rollout: Rollout,
): RolloutState => ({
  ...stateOf(execution, steps, proposal),
  steps: steps.map(toRolloutStep),
  waves: wavesOf(rollout),
  failureRatio: rollout.failureRatio,
  resumable: execution.resumable_until !== null && deps.clock() < execution.resumable_until,
});

async function take(
  deps: RunExecutionDeps,
  lease: Lease,
  next: NextRolloutStep,
  present: Present,
  looked: Set<string>,
): Promise<StepEnd | 'over' | 'waiting'> {
  const { proposal, steps } = present;
  const run = (actionId: string, operation: Operation): Promise<StepEnd> => {
    const step = steps.find((one) => one.action_id === actionId);
    if (!step) throw new Error(`no step ${actionId}`);
    return runStep(deps, lease, proposal, step, operation);
  };
  switch (next.do) {
    case 'apply':
      return worst(await Promise.all(next.actionIds.map((actionId) => run(actionId, 'apply'))));
    case 'undo':
      return run(next.actionId, 'rollback');
    case 'begin_rollback':
      return turnBack(deps, lease);
    case 'end':
      return endExecution(deps, lease, next.as, present);
    case 'look':
    case 'wait': {
      const found = await lookAndPassOver(deps, lease, proposal, steps, next.installerIds);
      if (found === 'lost_lease') return found;
      for (const id of found) looked.add(id);
      return next.do === 'wait' && found.length === 0 ? 'waiting' : 'done';
    }
    default:
      return next satisfies never;
  }
}

function worst(ends: readonly StepEnd[]): StepEnd {
  if (ends.includes('lost_lease')) return 'lost_lease';
  return ends.includes('away') ? 'away' : 'done';
}
