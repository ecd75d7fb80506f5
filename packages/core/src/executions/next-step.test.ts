import type { StepStatus } from '@mcp-coordinator/contract/executions.contract';
import { describe, expect, it } from 'vitest';
import { type ExecutionState, nextStep, PARALLEL_MAX } from './next-step.ts';

/** `a:pending@file` stands for one step; the lane is its own id where none is named. */
const state = (steps: string, more: Partial<ExecutionState> = {}): ExecutionState => ({
  status: 'running',
  rollbackOnFailure: true,
  parallel: false,
  cancelRequested: false,
  steps: steps
    .split(' ')
    .filter(Boolean)
    .map((text, position) => {
      const [, actionId = '', status = '', lane = actionId] = /^(\w+):(\w+)(?:@(\w+))?$/.exec(text) ?? [];
      return { actionId, position, status: status as StepStatus, lane };
    }),
  ...more,
});
const apply = (...actionIds: string[]) => ({ do: 'apply', actionIds });
const end = (as: string) => ({ do: 'end', as });
const PARALLEL = { parallel: true };
const CANCELLED = { cancelRequested: true };
const KEPT = { rollbackOnFailure: false };

describe('forwards', () => {
  it.each([
    ['one after the other', 'a:pending b:pending', {}, apply('a')],
    ['the next when one is done', 'a:completed b:pending c:pending', {}, apply('b')],
    ['again what was begun, before anything new', 'a:running b:pending', {}, apply('a')],
    ['nothing more when all is done', 'a:completed b:completed', {}, end('complete')],
    ['nothing at all', '', {}, end('complete')],
    ['side by side where that was asked for', 'a:pending b:pending', PARALLEL, apply('a', 'b')],
    ['no two of one file', 'a:pending@x b:pending@x c:pending@y', PARALLEL, apply('a', 'c')],
    ['the second of a file when its first is done', 'a:completed@x b:pending@x', PARALLEL, apply('b')],
    ['everything begun before anything new', 'a:running b:pending c:running', PARALLEL, apply('a', 'c')],
  ] as const)('%s', (_, steps, more, expected) => {
    expect(nextStep(state(steps, more))).toEqual(expected);
  });

  it('no more than four side by side, by position and not by the order of the rows', () => {
    expect(PARALLEL_MAX).toBe(4);
    const six = state('a:pending b:pending c:pending d:pending e:pending f:pending', PARALLEL);
    expect(nextStep({ ...six, steps: [...six.steps].reverse() })).toEqual(apply('a', 'b', 'c', 'd'));
    const lanes = state('a:pending@x b:pending@x', { parallel: true });
    expect(nextStep({ ...lanes, steps: [...lanes.steps].reverse() })).toEqual(apply('a'));
  });
});

describe('when an action failed', () => {
  it.each([
    ['turns back', 'a:completed b:failed c:pending', {}, { do: 'begin_rollback' }],
    ['has failed where nothing was done', 'a:failed b:pending', {}, end('fail')],
    ['first learns what became of those begun', 'a:failed b:running', PARALLEL, apply('b')],
    ['stays half done where that was asked for', 'a:completed b:failed c:pending', KEPT, end('fail')],
    [
      'turns back where it was cancelled too',
      'a:completed b:failed',
      { ...KEPT, ...CANCELLED },
      { do: 'begin_rollback' },
    ],
  ] as const)('%s', (_, steps, more, expected) => {
    expect(nextStep(state(steps, more))).toEqual(expected);
  });
});

describe('when it is cancelled', () => {
  it.each([
    ['turns back what is done', 'a:completed b:pending', {}, { do: 'begin_rollback' }],
    ['turns back even so when failures are kept', 'a:completed b:pending', KEPT, { do: 'begin_rollback' }],
    ['turns back even when all is done', 'a:completed', {}, { do: 'begin_rollback' }],
    ['is cancelled where nothing was done', 'a:pending b:pending', {}, end('cancel')],
    ['has failed where the only outcome is a failure', 'a:failed b:pending', {}, end('fail')],
    ['waits for what was begun', 'a:running b:pending', {}, apply('a')],
  ] as const)('%s', (_, steps, more, expected) => {
    expect(nextStep(state(steps, { ...more, ...CANCELLED }))).toEqual(expected);
  });
});

describe('backwards', () => {
  it.each([
    ['newest first', 'a:completed b:completed c:pending', { do: 'undo', actionId: 'b' }],
    ['in order after that', 'a:completed b:undone', { do: 'undo', actionId: 'a' }],
    ['again what was begun', 'a:completed b:undoing', { do: 'undo', actionId: 'b' }],
    ['past an undo that failed', 'a:completed b:undo_failed', { do: 'undo', actionId: 'a' }],
    ['never what failed or was left out', 'a:undone b:failed c:skipped d:pending', end('finish_rollback')],
    ['and fails when an undo did', 'a:undone b:undo_failed', end('fail')],
  ] as const)('%s', (_, steps, expected) => {
    const back = state(steps, { status: 'rolling_back' });
    expect(nextStep(back)).toEqual(expected);
    expect(nextStep({ ...back, steps: [...back.steps].reverse() })).toEqual(expected);
  });
});
