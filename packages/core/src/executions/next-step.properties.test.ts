import type { ExecutionStatus, StepStatus } from '@mcp-coordinator/contract/executions.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moveFrom } from '../state-machine.ts';
import { EXECUTION_MOVES, STEP_MOVES } from './execution-states.ts';
import { type ExecutionState, nextStep, PARALLEL_MAX } from './next-step.ts';

type Mutable = { status: ExecutionStatus; cancelRequested: boolean; steps: { status: StepStatus; actionId: string; position: number; lane: string }[] };
interface Journal {
  /** Actions whose apply had an outcome, and those whose undo had one, in order. */
  applied: string[];
  undone: string[];
  /** How many were asked for at a time, at most. */
  widest: number;
  laneAtOnce: boolean;
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

const move = <Table extends Parameters<typeof moveFrom>[0]>(table: Table, from: string, name: string): string => {
  const made = moveFrom(table, from, name, 'it');
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value.to;
};

/** Drives an execution as the coordinator does: intent, call, outcome; a crash loses the outcome and nothing else. */
function drive({ lanes, rollbackOnFailure, parallel, undoFails, fates }: Scenario) {
  const execution: Mutable & ExecutionState = {
    status: 'running',
    cancelRequested: false,
    rollbackOnFailure,
    parallel,
    steps: lanes.map((lane, position) => ({ actionId: `a${position}`, position, status: 'pending', lane })),
  };
  const journal: Journal = { applied: [], undone: [], widest: 0, laneAtOnce: false };
  const stepOf = (id: string) => execution.steps.find((step) => step.actionId === id) as Mutable['steps'][number];
  const set = (id: string, name: string) => {
    stepOf(id).status = move(STEP_MOVES, stepOf(id).status, name) as StepStatus;
  };
  let turns = 0;
  let crashes = 0;
  for (;;) {
    turns += 1;
    if (turns > 200) throw new Error('it does not end');
    const next = nextStep(execution);
    if (next.do === 'end') {
      execution.status = move(EXECUTION_MOVES, execution.status, next.as) as ExecutionStatus;
      return { execution, journal };
    }
    if (next.do === 'begin_rollback') {
      execution.status = move(EXECUTION_MOVES, execution.status, 'begin_rollback') as ExecutionStatus;
      continue;
    }
    const ids = next.do === 'apply' ? next.actionIds : [next.actionId];
    journal.widest = Math.max(journal.widest, ids.length);
    journal.laneAtOnce ||= new Set(ids.map((id) => stepOf(id).lane)).size < ids.length;
    for (const id of ids) set(id, next.do === 'apply' ? 'start' : 'undo');
    for (const id of ids) {
      const { value: what } = fates.next();
      if (what === 'cancel') execution.cancelRequested = true;
      if (what === 'crash' && crashes < 20) {
        crashes += 1;
        continue;
      }
      const fails = next.do === 'apply' ? what === 'fails' : undoFails && what === 'fails';
      journal[next.do === 'apply' ? 'applied' : 'undone'].push(`${id}:${fails ? 'failed' : 'done'}`);
      if (next.do === 'apply') set(id, fails ? 'fail' : 'complete');
      else set(id, fails ? 'fail_undo' : 'finish_undo');
    }
  }
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
        expect(journal.widest).toBeLessThanOrEqual(given.parallel ? PARALLEL_MAX : 1);
        expect(journal.laneAtOnce).toBe(false);
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

  it('nothing stays half done, unless that was asked for or an undo failed', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { execution, journal } = drive(given);
        const statuses = execution.steps.map((step) => step.status);
        if (execution.status === 'completed') return expect(new Set(statuses)).toEqual(new Set(['completed']));
        if (execution.status === 'rolled_back') return expect(statuses).not.toContain('completed');
        if (execution.status === 'cancelled') return expect(journal.applied).toEqual([]);
        const kept = statuses.includes('completed');
        if (kept) expect(given.rollbackOnFailure || execution.cancelRequested).toBe(false);
        expect(statuses.includes('failed') || statuses.includes('undo_failed')).toBe(true);
      }),
    );
  });
});
