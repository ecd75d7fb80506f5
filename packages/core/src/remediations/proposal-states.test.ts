import { PROPOSAL_STATUSES } from '@mcp-coordinator/contract/remediations.contract';
import { describe, expect, it } from 'vitest';
import { moveFrom } from '../state-machine.ts';
import { arrowsOf, drawnArrows } from '../testing/arrows.ts';
import { PROPOSAL_MOVES, type ProposalMove } from './proposal-states.ts';

const EXPECTED: Record<ProposalMove, readonly [from: string[], to: string]> = {
  approve: [['pending'], 'approved'],
  reject: [['pending'], 'rejected'],
  expire: [['pending', 'approved'], 'expired'],
  supersede: [['pending', 'approved'], 'superseded'],
  execute: [['approved'], 'executing'],
  finish: [['executing'], 'executed'],
  fail: [['executing'], 'failed'],
  cancel: [['executing'], 'cancelled'],
  roll_back: [['executing', 'executed'], 'rolled_back'],
};
const cases = PROPOSAL_STATUSES.flatMap((state) =>
  Object.entries(EXPECTED).map(([move, [from, to]]) => ({ state, move, to: from.includes(state) ? to : null })),
);

describe('the life of a proposal', () => {
  it.each(cases)('$state, $move: $to', ({ state, move, to }) => {
    const made = moveFrom(PROPOSAL_MOVES, state, move as ProposalMove, 'Proposal p');
    expect(made.ok ? made.value : made.refusal.code).toEqual(
      to === null ? 'invalid_transition' : { move, from: state, to },
    );
  });

  it('is the one of CONTRACT §4', () => {
    expect(Object.keys(PROPOSAL_MOVES)).toEqual(Object.keys(EXPECTED));
    expect(arrowsOf(PROPOSAL_MOVES, PROPOSAL_STATUSES)).toEqual(
      drawnArrows(
        'pending → approved',
        'approved → executing → executed | rolled_back | failed | cancelled',
        'pending → rejected | expired | superseded',
        'approved → expired | superseded',
        'executed → rolled_back',
      ),
    );
  });

  it('never leaves an end', () => {
    const ends = ['rejected', 'expired', 'superseded', 'rolled_back', 'failed', 'cancelled'];
    const left = arrowsOf(PROPOSAL_MOVES, PROPOSAL_STATUSES).map((arrow) => arrow.split(' → ')[0]);
    expect(ends.filter((end) => left.includes(end))).toEqual([]);
  });
});
