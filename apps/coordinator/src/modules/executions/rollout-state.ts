import type { RolloutProgress } from '@mcp-coordinator/contract/executions.contract';
import type { Rollout } from '@mcp-coordinator/contract/remediations.contract';
import { isOver } from '@mcp-coordinator/core/executions/execution-states';
import { isSettled, machineState, type RolloutStep } from '@mcp-coordinator/core/rollouts/machine-state';
import { isStopped } from '@mcp-coordinator/core/rollouts/next-rollout-step';
import { planWaves } from '@mcp-coordinator/core/rollouts/waves';
import type { ExecutionRow, StepRow } from './executions.store.ts';

export const toRolloutStep = (step: StepRow): RolloutStep => ({
  actionId: step.action_id,
  position: step.position,
  status: step.status,
  lane: step.executor_id,
  installerId: step.executor_id,
  passedOver: step.passed_over,
});

export const wavesOf = ({ machines, waves }: Rollout): string[][] => planWaves(machines, waves);

/** A rollout by machine, made from the rows. */
export function toRolloutProgress(
  rollout: Rollout,
  execution: ExecutionRow,
  rows: readonly StepRow[],
): RolloutProgress {
  const steps = rows.map(toRolloutStep);
  const waves = wavesOf(rollout);
  const machines = waves.flatMap((wave, index) =>
    wave.map((installerId) => {
      const own = rows.filter((row) => row.executor_id === installerId);
      return {
        installerId,
        wave: index + 1,
        status: machineState(steps.filter((step) => step.installerId === installerId)),
        error: own.find((row) => row.error !== null)?.error ?? null,
      };
    }),
  );
  const current = machines.find(({ status }) => !isSettled(status))?.wave ?? null;
  return {
    waves: waves.length,
    wave: isOver(execution.status) ? null : current,
    stopped: isStopped({ steps, waves, failureRatio: rollout.failureRatio }),
    resumableUntil: execution.resumable_until?.toISOString() ?? null,
    machines,
  };
}
