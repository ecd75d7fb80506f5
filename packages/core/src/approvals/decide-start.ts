import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { ProposalStatus } from '@mcp-coordinator/contract/remediations.contract';
import { PROPOSAL_MOVES } from '../remediations/proposal-states.ts';
import { accept, deny, type Result } from '../result.ts';
import { moveFrom, type Transition } from '../state-machine.ts';
import { asksSecondFactor, bothOf, type PolicyPair } from './approval-policy.ts';
import { insideWindows } from './change-window.ts';
import type { DecidableProposal } from './decide-approval.ts';
import { type CastVote, foldVotes } from './fold-votes.ts';
import { needsSecondFactor } from './second-factor.ts';

export interface Start {
  readonly transition: Transition<ProposalStatus>;
  /** It runs past the rules. */
  readonly breakGlass: boolean;
}

export type StartRefusal = Refusal<
  'invalid_transition' | 'approvals_missing' | 'outside_change_window' | 'second_factor_missing'
>;

/**
 * Whether an approved proposal may run now. What was decided is asked for again: voters may have lost the right since, and
 * the policy may have become stricter.
 */
export function decideStart(input: {
  readonly proposal: DecidableProposal;
  readonly votes: readonly CastVote[];
  readonly rules: PolicyPair;
  /** The approval token that is redeemed was minted under one. */
  readonly secondFactor: boolean;
  readonly now: Date;
}): Result<Start, StartRefusal> {
  const { proposal, votes, rules, now } = input;
  const move = moveFrom(PROPOSAL_MOVES, proposal.status, 'execute', `Proposal ${proposal.id}`);
  if (!move.ok) return move;
  if (proposal.expiresAt && proposal.expiresAt.getTime() <= now.getTime()) {
    return deny(
      refuse(
        'invalid_transition',
        `The approval of ${proposal.id} has expired. Nothing was run. Propose the change again.`,
      ),
    );
  }
  if (!input.secondFactor && asksSecondFactor(rules, 'execute'))
    return deny(needsSecondFactor('Starting an execution', 'run'));
  const { missing, reasons, breakGlass } = foldVotes(rules, proposal, votes);
  if (missing.length > 0) {
    return deny(
      refuse(
        'approvals_missing',
        `Proposal ${proposal.id} was approved, and waits for more approvals under the policy in force: ${reasons.join('; ')}. Nothing was run.`,
      ),
    );
  }
  const open = breakGlass ? accept(undefined) : insideWindows(bothOf(rules), now, 'Nothing was run.');
  return open.ok ? accept({ transition: move.value, breakGlass }) : open;
}
