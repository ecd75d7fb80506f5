import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PassedOver, RolloutStep } from './machine-state.ts';
import { type NextRolloutStep, nextRolloutStep, type RolloutState } from './next-rollout-step.ts';

/** What becomes of a machine: `fails` at its last action, or is found away or changed. */
type Fate = 'good' | 'fails' | PassedOver;
interface Machine {
  readonly actions: number;
  readonly fate: Fate;
}

const nameOf = (index: number): string => `m${index}`;
const stepOf = (machine: string, nth: number, position: number): RolloutStep => ({
  ...{ actionId: `${machine}/${nth}`, position, status: 'pending', lane: machine },
  ...{ installerId: machine, passedOver: null },
});

/** Runs a rollout to its end on machines of these fates; answers in which order actions began, and how all ended. */
function runThrough(machines: readonly Machine[], more: Pick<RolloutState, 'parallel' | 'failureRatio' | 'waves'>) {
  const fates = new Map(machines.map(({ fate }, index) => [nameOf(index), fate]));
  let steps = machines.flatMap(({ actions }, index) =>
    Array.from({ length: actions }, (_, nth) => stepOf(nameOf(index), nth, index * 10 + nth)),
  );
  let status = 'running' as RolloutState['status'];
  const begun: string[] = [];
  const looked = new Set<string>();
  const change = (which: (step: RolloutStep) => boolean, to: Partial<RolloutStep>): void => {
    steps = steps.map((step) => (which(step) ? { ...step, ...to } : step));
  };
  const apply = (id: string): void => {
    begun.push(id);
    const machine = id.split('/')[0] ?? '';
    const last = steps.filter((step) => step.installerId === machine).at(-1)?.actionId === id;
    change((step) => step.actionId === id, { status: last && fates.get(machine) === 'fails' ? 'failed' : 'completed' });
  };
  const look = (id: string): void => {
    const fate = fates.get(id);
    if (fate === 'away' || fate === 'changed') change((step) => step.installerId === id, { passedOver: fate });
    else looked.add(id);
  };
  const take = (next: NextRolloutStep): boolean => {
    if (next.do === 'look') next.installerIds.forEach(look);
    if (next.do === 'apply') next.actionIds.forEach(apply);
    if (next.do === 'undo') change((step) => step.actionId === next.actionId, { status: 'undone' });
    if (next.do === 'begin_rollback') status = 'rolling_back';
    return next.do !== 'end' && next.do !== 'wait';
  };
  const state = (): RolloutState => ({
    ...{ status, steps, rollbackOnFailure: true, cancelRequested: false, resumable: false, ...more },
  });
  for (let turn = 0; take(nextRolloutStep(state(), looked)); turn += 1) expect(turn).toBeLessThan(200);
  return { begun, steps, status };
}

const machine = fc.record({
  actions: fc.integer({ min: 1, max: 3 }),
  fate: fc.constantFrom<Fate>('good', 'good', 'good', 'fails', 'away', 'changed'),
});
const given = fc.record({
  machines: fc.array(machine, { minLength: 1, maxLength: 8 }),
  parallel: fc.boolean(),
  failureRatio: fc.double({ min: 0, max: 1, noNaN: true }),
});

it('ends, begins nothing twice, keeps the waves in order, and leaves no failed machine half done', () => {
  fc.assert(
    fc.property(given, ({ machines, ...more }) => {
      const names = machines.map((_, index) => nameOf(index));
      const waves = [names.slice(0, 1), names.slice(1, 3), names.slice(3)].filter((wave) => wave.length > 0);
      const { begun, steps, status } = runThrough(machines, { ...more, waves });
      expect(new Set(begun).size).toBe(begun.length);
      const order = begun.map((id) => waves.findIndex((wave) => wave.includes(id.split('/')[0] ?? '')));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      const failed = new Set(steps.filter((step) => step.status === 'failed').map((step) => step.installerId));
      const left = steps.filter((step) => step.status === 'completed' && failed.has(step.installerId));
      expect(left).toEqual([]);
      if (status === 'rolling_back') expect(steps.filter((step) => step.status === 'completed')).toEqual([]);
      const passedOver = steps.filter((step) => step.passedOver !== null).map((step) => step.actionId);
      expect(begun.filter((id) => passedOver.includes(id))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
