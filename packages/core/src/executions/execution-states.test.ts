import { EXECUTION_STATUSES, STEP_STATUSES } from '@mcp-coordinator/contract/executions.contract';
import { describe, expect, it } from 'vitest';
import { moveFrom } from '../state-machine.ts';
import { arrowsOf, drawnArrows } from '../testing/arrows.ts';
import { EXECUTION_MOVES, isOver, STEP_MOVES } from './execution-states.ts';

type Expected<Move extends string> = Record<Move, readonly [from: string[], to: string]>;
const EXECUTION: Expected<keyof typeof EXECUTION_MOVES> = {
  start: [['pending'], 'running'],
  drop: [['pending'], 'cancelled'],
  complete: [['running'], 'completed'],
  fail: [['running', 'rolling_back'], 'failed'],
  cancel: [['running'], 'cancelled'],
  begin_rollback: [['running', 'completed'], 'rolling_back'],
  finish_rollback: [['rolling_back'], 'rolled_back'],
};
const STEP: Expected<keyof typeof STEP_MOVES> = {
  start: [['pending', 'running'], 'running'],
  complete: [['running'], 'completed'],
  fail: [['running'], 'failed'],
  skip: [['pending'], 'skipped'],
  undo: [['completed', 'undoing', 'undo_failed'], 'undoing'],
  finish_undo: [['undoing'], 'undone'],
  fail_undo: [['undoing'], 'undo_failed'],
};
const casesOf = <State extends string>(states: readonly State[], expected: Expected<string>) =>
  states.flatMap((state) =>
    Object.entries(expected).map(([move, [from, to]]) => ({ state, move, to: from.includes(state) ? to : null })),
  );

describe('the life of an execution', () => {
  it.each(casesOf(EXECUTION_STATUSES, EXECUTION))('$state, $move: $to', ({ state, move, to }) => {
    const made = moveFrom(EXECUTION_MOVES, state, move as keyof typeof EXECUTION, 'Execution e');
    expect(made.ok ? made.value : made.refusal.code).toEqual(
      to === null ? 'invalid_transition' : { move, from: state, to },
    );
  });

  it('is the one of CONTRACT §4, with two ends that it implies', () => {
    expect(Object.keys(EXECUTION_MOVES)).toEqual(Object.keys(EXECUTION));
    expect(arrowsOf(EXECUTION_MOVES, EXECUTION_STATUSES)).toEqual(
      drawnArrows(
        'pending → running → completed | failed | cancelled | rolling_back → rolled_back',
        'completed → rolling_back',
        // A proposal that expired or was superseded never runs; an undo that failed never ends as undone.
        'pending → cancelled',
        'rolling_back → failed',
      ),
    );
  });

  it('is over exactly where no runner is needed', () => {
    expect(EXECUTION_STATUSES.filter(isOver)).toEqual(['completed', 'failed', 'cancelled', 'rolled_back']);
  });
});

describe('the life of an action', () => {
  it.each(casesOf(STEP_STATUSES, STEP))('$state, $move: $to', ({ state, move, to }) => {
    const made = moveFrom(STEP_MOVES, state, move as keyof typeof STEP, 'Action a');
    expect(made.ok ? made.value : made.refusal.code).toEqual(
      to === null ? 'invalid_transition' : { move, from: state, to },
    );
  });

  it('is never begun again after an outcome', () => {
    expect(Object.keys(STEP_MOVES)).toEqual(Object.keys(STEP));
    expect(arrowsOf(STEP_MOVES, STEP_STATUSES)).toEqual(
      drawnArrows(
        'pending → running → failed | completed → undoing → undone | undo_failed → undoing',
        'pending → skipped',
      ),
    );
  });
});
