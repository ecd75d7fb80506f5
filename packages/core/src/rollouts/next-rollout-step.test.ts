import type { StepStatus } from '@mcp-coordinator/contract/executions.contract';
import { describe, expect, it } from 'vitest';
import { machineState, type PassedOver, type RolloutStep } from './machine-state.ts';
import { isStopped, nextRolloutStep, type RolloutState } from './next-rollout-step.ts';

/** `a1:pending b1:pending!away` stands for a first step on machine a, and one on b that was passed over. */
const stepsOf = (text: string): RolloutStep[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((one, position) => {
      const [, id = '', machine = '', status = '', why = null] = /^(([a-z])\d):(\w+)(?:!(\w+))?$/.exec(one) ?? [];
      const passedOver = why as PassedOver | null;
      const common = { actionId: id, position, status: status as StepStatus, lane: machine };
      return { ...common, installerId: machine, passedOver };
    });
const rollout = (text: string, more: Partial<RolloutState> = {}): RolloutState => ({
  ...{ status: 'running', rollbackOnFailure: true, parallel: false, cancelRequested: false, failureRatio: 0.5 },
  ...{ resumable: true, waves: [['a'], ['b', 'c']], steps: stepsOf(text) },
  ...more,
});
const apply = (...actionIds: string[]) => ({ do: 'apply', actionIds });
const look = (...installerIds: string[]) => ({ do: 'look', installerIds });
const undo = (actionId: string) => ({ do: 'undo', actionId });
const end = (as: string) => ({ do: 'end', as });
const PARALLEL = { parallel: true };
const KEPT = { rollbackOnFailure: false };
const TOLERANT = { waves: [['a', 'b', 'c']] };

describe('a machine', () => {
  it.each([
    ['waits for its turn', 'a1:pending a2:pending', 'pending'],
    ['is under way between two of its actions', 'a1:completed a2:pending', 'under_way'],
    ['is under way while one runs', 'a1:running', 'under_way'],
    ['is done when all is', 'a1:completed a2:completed', 'done'],
    ['failed with one of its actions, whatever was undone', 'a1:undone a2:failed', 'failed'],
    ['failed when its undo did', 'a1:undo_failed', 'failed'],
    ['was undone', 'a1:undone a2:undone', 'undone'],
    ['is away', 'a1:pending!away', 'away'],
    ['has changed', 'a1:pending!changed', 'changed'],
    ['was skipped', 'a1:skipped', 'skipped'],
  ])('%s', (_, text, expected) => {
    expect(machineState(stepsOf(text))).toBe(expected);
  });
});

describe('a rollout', () => {
  it.each([
    ['looks at a machine before it touches it', 'a1:pending b1:pending c1:pending', {}, look('a')],
    ['finishes a machine in order', 'a1:completed a2:pending b1:pending c1:pending', {}, apply('a2')],
    ['begins a wave when the one before has settled', 'a1:completed b1:pending c1:pending', {}, look('b')],
    ['has a wave side by side', 'a1:completed b1:pending c1:pending', PARALLEL, look('b', 'c')],
    ['goes past who is away', 'a1:pending!away b1:pending c1:pending', {}, look('b')],
    ['goes past who has changed', 'a1:completed b1:pending!changed c1:pending', {}, look('c')],
    ['asks again for what was begun', 'a1:running b1:pending c1:pending', {}, apply('a1')],
    ['completes', 'a1:completed b1:completed c1:completed', {}, end('complete')],
    ['completes past a tolerated failure', 'a1:completed b1:failed c1:completed', {}, end('complete')],
    [
      'fails when it was done nowhere',
      'a1:pending!away b1:pending!away c1:pending!away',
      { resumable: false },
      end('fail'),
    ],
    [
      'waits for who was passed over',
      'a1:pending!away b1:completed c1:pending!changed',
      {},
      { do: 'wait', installerIds: ['a', 'c'] },
    ],
    [
      'gives them up with the approval',
      'a1:pending!away b1:completed c1:completed',
      { resumable: false },
      end('complete'),
    ],
    [
      'undoes a machine where something failed first',
      'a1:completed b1:completed b2:failed c1:pending',
      TOLERANT,
      undo('b1'),
    ],
    [
      'keeps it where that was asked for',
      'a1:completed b1:completed b2:failed c1:pending',
      { ...TOLERANT, ...KEPT },
      look('c'),
    ],
    ['goes on with an undo that was begun', 'a1:completed b1:undoing b2:failed c1:pending', TOLERANT, undo('b1')],
    ['stops when the first wave fails', 'a1:failed b1:pending c1:pending', {}, end('fail')],
    ['undoes all machines when it stops', 'a1:completed b1:failed c1:failed', {}, { do: 'begin_rollback' }],
    ['undoes the failed machine, then all', 'a1:completed b1:failed c1:completed c2:failed', {}, undo('c1')],
    ['keeps all when it stops, where that was asked for', 'a1:completed b1:failed c1:failed', KEPT, end('fail')],
    ['knows what was begun before it stops', 'a1:failed b1:running c1:pending', {}, apply('b1')],
    [
      'undoes when it is cancelled',
      'a1:completed b1:pending c1:pending',
      { cancelRequested: true },
      { do: 'begin_rollback' },
    ],
    ['ends as cancelled when nothing was done', 'a1:pending b1:pending', { cancelRequested: true }, end('cancel')],
    ['goes back newest first', 'a1:completed b1:completed c1:skipped', { status: 'rolling_back' }, undo('b1')],
  ] as const)('%s', (_, text, more, expected) => {
    expect(nextRolloutStep(rollout(text, more as Partial<RolloutState>))).toEqual(expected);
  });

  it('begins what it has looked at', () => {
    const state = rollout('a1:completed b1:pending c1:pending', PARALLEL);
    expect(nextRolloutStep(state, new Set(['b', 'c']))).toEqual(apply('b1', 'c1'));
    expect(nextRolloutStep(rollout('a1:pending!away b1:completed c1:completed'), new Set(['a']))).toMatchObject({
      do: 'wait',
    });
  });

  it('does not count who was passed over among those that could have failed', () => {
    const stopped = (text: string) => isStopped(rollout(text, { waves: [['a', 'b', 'c']] }));
    expect(stopped('a1:failed b1:completed c1:pending')).toBe(false);
    expect(stopped('a1:failed b1:pending!away c1:pending!away')).toBe(true);
  });
});
