import { ASSESSMENT_STATUSES } from '@mcp-coordinator/contract/assessments.contract';
import { describe, expect, it } from 'vitest';
import { moveFrom } from '../state-machine.ts';
import { arrowsOf, drawnArrows } from '../testing/arrows.ts';
import { ASSESSMENT_MOVES, canPropose, hasResults } from './assessment-states.ts';

/** Written out anew, so that a change of the table is a change here. */
const EXPECTED: Record<keyof typeof ASSESSMENT_MOVES, readonly [from: string[], to: string]> = {
  start: [['pending', 'running'], 'running'],
  complete: [['running'], 'completed'],
  fail: [['pending', 'running'], 'failed'],
  approve: [['completed'], 'approved'],
  reject: [['completed'], 'rejected'],
};
const cases = ASSESSMENT_STATUSES.flatMap((state) =>
  Object.entries(EXPECTED).map(([move, [from, to]]) => ({ state, move, to: from.includes(state) ? to : null })),
);

describe('the life of an assessment', () => {
  it.each(cases)('$state, $move: $to', ({ state, move, to }) => {
    const made = moveFrom(ASSESSMENT_MOVES, state, move as keyof typeof EXPECTED, 'Assessment a');
    expect(made.ok ? made.value : made.refusal.code).toEqual(
      to === null ? 'invalid_transition' : { move, from: state, to },
    );
  });

  it('is the one of CONTRACT §4', () => {
    expect(Object.keys(ASSESSMENT_MOVES)).toEqual(Object.keys(EXPECTED));
    expect(arrowsOf(ASSESSMENT_MOVES, ASSESSMENT_STATUSES)).toEqual(
      drawnArrows('pending → running → completed → approved | rejected', 'pending → failed', 'running → failed'),
    );
  });

  it('says where results stand, and where a proposal can', () => {
    expect(ASSESSMENT_STATUSES.filter(canPropose)).toEqual(['completed', 'approved']);
    expect(ASSESSMENT_STATUSES.filter(hasResults)).toEqual(['completed', 'approved', 'rejected']);
  });
});
