import { setTimeout as pause } from 'node:timers/promises';
import type { Launched } from '../e2e/start-system.ts';
import type { Chance } from './seeded.ts';
import type { Machine, World } from './world.ts';

/** Places in the life of an execution at which something is struck, one after the other. */
export const STEPS = ['proposed', 'approved', 'started', 'written', 'going', 'turned'] as const;
export type Step = (typeof STEPS)[number];
const FAULTS = [
  ...(['kill coordinator', 'pause coordinator', 'kill installer', 'pause installer'] as const),
  ...(['kill compliance', 'restart database', 'cut roads'] as const),
];
const STRIKES = ['kill coordinators', 'kill installer', 'restart database', 'cut roads'] as const;
type Fault = (typeof FAULTS)[number] | (typeof STRIKES)[number];

/** How long a strike waits for its step. */
const ARMED_MS = 3_000;
/** Past the life of a lease now and then, so that a paused one finds itself replaced. */
const PAUSE_MOST_MS = 11_000;

export interface Nemesis {
  /** Counts by fault, and by step for those that struck at one. */
  readonly counts: Record<string, number>;
  /** Said by whoever sees that an execution is at this step. */
  reached(step: Step, machine?: Machine): void;
  /** Injects faults, one after the other, until it is stopped; each is over before the next. */
  run(): Promise<void>;
  stop(): void;
}

export function createNemesis(world: World, chance: Chance): Nemesis {
  const counts: Record<string, number> = {};
  let stopped = false;
  let armed: { step: Step; strike: (machine?: Machine) => void } | undefined;
  const inject = faultsOf(world, chance);

  const strikeAt = async (step: Step, fault: Fault): Promise<void> => {
    // In a box: a promise that is resolved with another one would be that one.
    const struck = Promise.withResolvers<{ over: Promise<void> } | undefined>();
    armed = { step, strike: (machine) => struck.resolve({ over: inject(fault, machine) }) };
    const timer = setTimeout(() => struck.resolve(undefined), ARMED_MS);
    const healing = await struck.promise;
    clearTimeout(timer);
    armed = undefined;
    const name = healing ? `${fault} at ${step}` : 'step not reached';
    counts[name] = (counts[name] ?? 0) + 1;
    await healing?.over;
  };
  const anyFault = async (): Promise<void> => {
    const fault = chance.oneOf(FAULTS);
    counts[fault] = (counts[fault] ?? 0) + 1;
    await inject(fault);
  };
  return {
    counts,
    reached: (step, machine) => {
      const { strike } = armed?.step === step ? armed : {};
      if (strike) armed = undefined;
      strike?.(machine);
    },
    run: async () => {
      const turns = STEPS.flatMap((step) => STRIKES.map((fault) => ({ step, fault })));
      const first = chance.below(turns.length);
      for (let turn = 0; !stopped; turn += 1) {
        // Five has no divisor in common with their number: each has its turn.
        const next = turns[(first + (turn / 2) * 5) % turns.length];
        await (next ? strikeAt(next.step, next.fault) : anyFault());
        await pause(500 + chance.below(1_500));
      }
    },
    stop: () => {
      stopped = true;
    },
  };
}

/** Starts a fault at once; what it answers is over when what was struck runs again. */
function faultsOf({ cluster, machines, compliance, postgres, road }: World, chance: Chance) {
  const crashed = async (running: { process: Launched; start(): Promise<void> }): Promise<void> => {
    await running.process.crash();
    await pause(chance.below(1_500));
    await running.start();
  };
  const kill = (machine: Machine): Promise<void> => {
    machine.kills += 1;
    return crashed(machine.served);
  };
  const restart = async (instance: World['cluster']['instances'][number]): Promise<void> => {
    await instance.system.crash();
    await pause(chance.below(1_500));
    await instance.start();
  };
  const paused = async ({ child }: Launched, most: number): Promise<void> => {
    const group = -(child.pid ?? 0);
    process.kill(group, 'SIGSTOP');
    await pause(500 + chance.below(most));
    process.kill(group, 'SIGCONT');
  };
  const cut = (): Promise<void> => {
    road.cut();
    return Promise.resolve();
  };
  return async (fault: Fault, machine: Machine = chance.oneOf(machines)): Promise<void> => {
    switch (fault) {
      case 'kill coordinators':
        await Promise.all(cluster.instances.map(restart));
        return;
      case 'kill coordinator':
        return restart(chance.oneOf(cluster.instances));
      case 'pause coordinator':
        return paused(chance.oneOf(cluster.instances).system, PAUSE_MOST_MS);
      case 'kill installer':
        return kill(machine);
      case 'pause installer':
        return paused(machine.served.process, 3_000);
      case 'kill compliance':
        return crashed(compliance);
      case 'restart database':
        return postgres.restartImmediately();
      case 'cut roads':
        return cut();
      default:
        return fault satisfies never;
    }
  };
}
