import { type ExecutionState, type NextStep, nextStep, PARALLEL_MAX } from '../executions/next-step.ts';
import { isSettled, machineState, type RolloutStep } from './machine-state.ts';

export interface RolloutState extends Omit<ExecutionState, 'steps'> {
  readonly steps: readonly RolloutStep[];
  readonly waves: readonly (readonly string[])[];
  /** The rollout stops when more than this share of a wave's machines has failed. */
  readonly failureRatio: number;
  /** Whether the approval still lives: until then, machines that were passed over are looked at again. */
  readonly resumable: boolean;
}
export type NextRolloutStep =
  | NextStep
  /** Before anything is done on a machine: is it there, and is it as it was approved? */
  | { readonly do: 'look'; readonly installerIds: readonly string[] }
  /** Nothing to do but to look again, later, at those that were passed over. */
  | { readonly do: 'wait'; readonly installerIds: readonly string[] };

/** What a rollout does next, from nothing but its rows, as `nextStep` does for what concerns one machine. */
export function nextRolloutStep(rollout: RolloutState, looked: ReadonlySet<string> = new Set()): NextRolloutStep {
  const { steps, status, rollbackOnFailure, cancelRequested, waves, resumable } = rollout;
  if (status === 'rolling_back') return nextStep(rollout);
  const undo = rollbackOnFailure ? failedMachineStep(rollout) : undefined;
  const begun = steps.filter((step) => step.status === 'running').map(({ actionId }) => actionId);
  if (cancelRequested || isStopped(rollout)) {
    if (begun.length > 0) return { do: 'apply', actionIds: begun };
    return undo ?? stop(rollout);
  }
  if (undo) return undo;
  const wave = waves.find((machines) => machines.some((id) => !isSettled(stateOf(steps, id))));
  if (!wave) return begun.length > 0 ? { do: 'apply', actionIds: begun } : afterWaves(rollout, resumable);
  return inWave(rollout, wave, begun, looked);
}

const ofMachine = (steps: readonly RolloutStep[], id: string): RolloutStep[] =>
  steps.filter(({ installerId }) => installerId === id).sort((a, b) => a.position - b.position);
const stateOf = (steps: readonly RolloutStep[], id: string) => machineState(ofMachine(steps, id));

/** A machine where something failed is undone to the byte, newest first, before anything else goes on. */
function failedMachineStep({ steps }: RolloutState): NextStep | undefined {
  const failed = new Set(steps.filter(({ status }) => status === 'failed').map(({ installerId }) => installerId));
  const open = steps.filter(
    ({ installerId, status }) => status === 'undoing' || (status === 'completed' && failed.has(installerId)),
  );
  const last = open.reduce<RolloutStep | undefined>((a, b) => (a && a.position > b.position ? a : b), undefined);
  return last && { do: 'undo', actionId: last.actionId };
}

/** Of those machines of a wave that were not passed over, more than the ratio failed. */
export const isStopped = ({ steps, waves, failureRatio }: Pick<RolloutState, 'steps' | 'waves' | 'failureRatio'>) =>
  waves.some((machines) => {
    const states = machines.map((id) => stateOf(steps, id)).filter((state) => state !== 'away' && state !== 'changed');
    const failed = states.filter((state) => state === 'failed').length;
    return failed > 0 && failed / states.length > failureRatio;
  });

function stop({ steps, cancelRequested, rollbackOnFailure }: RolloutState): NextStep {
  if ((cancelRequested || rollbackOnFailure) && steps.some(({ status }) => status === 'completed'))
    return { do: 'begin_rollback' };
  return { do: 'end', as: steps.some(({ status }) => status === 'failed') ? 'fail' : 'cancel' };
}

function inWave(
  { steps, parallel }: RolloutState,
  wave: readonly string[],
  begun: readonly string[],
  looked: ReadonlySet<string>,
): NextRolloutStep {
  const room = parallel ? PARALLEL_MAX : 1;
  const machines = wave.filter((id) => !isSettled(stateOf(steps, id))).slice(0, room);
  const unseen = machines.filter((id) => stateOf(steps, id) === 'pending' && !looked.has(id));
  if (unseen.length > 0) return { do: 'look', installerIds: unseen };
  const next = machines.flatMap((id) => {
    const own = ofMachine(steps, id);
    const first = own.some(({ status }) => status === 'running')
      ? undefined
      : own.find((one) => one.status === 'pending');
    return first ? [first.actionId] : [];
  });
  return { do: 'apply', actionIds: [...begun, ...next] };
}

/** All had their turn: those that were passed over may come back, for as long as the approval lives. */
function afterWaves({ steps, waves }: RolloutState, resumable: boolean): NextRolloutStep {
  const waiting = waves.flat().filter((id) => ['away', 'changed'].includes(stateOf(steps, id)));
  if (resumable && waiting.length > 0) return { do: 'wait', installerIds: waiting };
  return { do: 'end', as: steps.some(({ status }) => status === 'completed') ? 'complete' : 'fail' };
}
