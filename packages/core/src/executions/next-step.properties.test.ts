import type { ExecutionStatus, StepStatus } from '@mcp-coordinator/contract/executions.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Moves, moveFrom } from '../state-machine.ts';
import { EXECUTION_MOVES, STEP_MOVES } from './execution-states.ts';
import { type ExecutionState, nextStep, PARALLEL_MAX } from './next-step.ts';

interface Step {
  status: StepStatus;
  actionId: string;
  position: number;
  lane: string;
}
type Running = ExecutionState & { status: ExecutionStatus; cancelRequested: boolean; steps: Step[] };
interface Journal {
  /** Actions whose apply had an outcome, and those whose undo had one, in order. */
  applied: string[];
  undone: string[];
  /** What was asked for at a time. */
  asked: string[][];
}
/** What happens to each call: an outcome, or the runner dies before it is written down. */
const fate = fc.constantFrom('ok', 'ok', 'ok', 'fails', 'crash', 'cancel' as const);
const scenario = fc.record({
  lanes: fc.array(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 7 }),
  rollbackOnFailure: fc.boolean(),
  parallel: fc.boolean(),
  undoFails: fc.boolean(),
  fates: fc.infiniteStream(fate),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

const TURNS_MAX = 200;
const CRASHES_MAX = 20;
const WAYS = {
  apply: { begin: 'start', done: 'complete', failed: 'fail', log: 'applied' },
  undo: { begin: 'undo', done: 'finish_undo', failed: 'fail_undo', log: 'undone' },
} as const;

const moved = <State extends string>(table: Moves<State>, from: State, name: string): State => {
  const made = moveFrom(table, from, name, 'it');
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value.to;
};

/** Drives an execution as the coordinator does: intent, call, outcome; a crash loses the outcome and nothing else. */
function drive(given: Scenario): { execution: Running; journal: Journal } {
  const steps = given.lanes.map(
    (lane, position): Step => ({ actionId: `a${position}`, position, status: 'pending', lane }),
  );
  const { rollbackOnFailure, parallel } = given;
  const execution: Running = { status: 'running', cancelRequested: false, rollbackOnFailure, parallel, steps };
  const journal: Journal = { applied: [], undone: [], asked: [] };
  const call = caller(given, execution, journal);
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const next = nextStep(execution);
    if (next.do === 'apply') call('apply', next.actionIds);
    else if (next.do === 'undo') call('undo', [next.actionId]);
    else execution.status = moved(EXECUTION_MOVES, execution.status, next.do === 'end' ? next.as : 'begin_rollback');
    if (next.do === 'end') return { execution, journal };
  }
  throw new Error('it does not end');
}

function caller({ fates, undoFails }: Scenario, execution: Running, journal: Journal) {
  let crashes = 0;
  const outcome = (way: 'apply' | 'undo'): 'done' | 'failed' | 'lost' => {
    const { value: what } = fates.next();
    if (what === 'cancel') execution.cancelRequested = true;
    if (what === 'crash' && crashes < CRASHES_MAX) {
      crashes += 1;
      return 'lost';
    }
    return what === 'fails' && (way === 'apply' || undoFails) ? 'failed' : 'done';
  };
  return (way: 'apply' | 'undo', ids: readonly string[]): void => {
    journal.asked.push([...ids]);
    const asked = ids.map((id) => execution.steps.find((step) => step.actionId === id) as Step);
    for (const step of asked) step.status = moved(STEP_MOVES, step.status, WAYS[way].begin);
    for (const step of asked) {
      const end = outcome(way);
      if (end === 'lost') continue;
      journal[WAYS[way].log].push(`${step.actionId}:${end}`);
      step.status = moved(STEP_MOVES, step.status, WAYS[way][end]);
    }
  };
}

const idsOf = (entries: string[]) => entries.map((entry) => entry.split(':')[0] as string);
const numberOf = (id: string) => Number(id.slice(1));

describe('whatever happens to an execution', () => {
  it('it ends, and no action is applied or undone again after an outcome', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { execution, journal } = drive(given);
        expect(['completed', 'failed', 'cancelled', 'rolled_back']).toContain(execution.status);
        expect(new Set(idsOf(journal.applied)).size).toBe(journal.applied.length);
        expect(new Set(idsOf(journal.undone)).size).toBe(journal.undone.length);
        expect(execution.steps.map((step) => step.status)).not.toContain('running');
        expect(execution.steps.map((step) => step.status)).not.toContain('undoing');
      }),
    );
  });

  it('actions of one lane run in order, in parallel mode four at a time at most and else alone', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { journal } = drive(given);
        for (const ids of journal.asked) {
          expect(ids.length).toBeLessThanOrEqual(given.parallel ? PARALLEL_MAX : 1);
          expect(new Set(ids.map((id) => given.lanes[numberOf(id)])).size).toBe(ids.length);
        }
        const order = idsOf(journal.applied).map(numberOf);
        for (const lane of new Set(given.lanes)) {
          const inLane = order.filter((index) => given.lanes[index] === lane);
          expect(inLane).toEqual([...inLane].sort((a, b) => a - b));
        }
        if (!given.parallel) expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
    );
  });

  it('what is undone was done, newest first', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { journal } = drive(given);
        const order = idsOf(journal.undone).map(numberOf);
        expect(order).toEqual([...order].sort((a, b) => b - a));
        const done = journal.applied.filter((entry) => entry.endsWith(':done'));
        for (const id of idsOf(journal.undone)) expect(idsOf(done)).toContain(id);
      }),
    );
  });

  it('it says failed only when something did, and leaves it half done only where that was asked for', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { execution } = drive(given);
        const statuses = execution.steps.map((step) => step.status);
        fc.pre(execution.status === 'failed');
        expect(statuses.some((status) => status === 'failed' || status === 'undo_failed')).toBe(true);
        if (statuses.includes('completed')) expect(given.rollbackOnFailure || execution.cancelRequested).toBe(false);
      }),
    );
  });

  it('any other end is clean: all done, all undone, or nothing begun', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { execution, journal } = drive(given);
        const statuses = execution.steps.map((step) => step.status);
        if (execution.status === 'completed') expect(new Set(statuses)).toEqual(new Set(['completed']));
        if (execution.status === 'rolled_back') expect(statuses).not.toContain('completed');
        if (execution.status === 'cancelled') expect(journal.applied).toEqual([]);
      }),
    );
  });
});
