import type { Decision } from '@mcp-coordinator/contract/approvals.contract';
import type { Role } from '@mcp-coordinator/contract/permissions';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { ProposalStatus } from '@mcp-coordinator/contract/remediations.contract';
import { PROPOSAL_MOVES } from '../remediations/proposal-states.ts';
import { accept, deny, type Result } from '../result.ts';
import { moveFrom, type Transition } from '../state-machine.ts';
import { asksSecondFactor, asksSecondPerson, bothOf, type PolicyPair } from './approval-policy.ts';
import { insideWindows } from './change-window.ts';
import { type CastVote, foldVotes, moreNeeded, type Tally, type VotedSubject } from './fold-votes.ts';
import { fits, requirementsOf, wantsSignature } from './requirements.ts';
import { needsSecondFactor } from './second-factor.ts';
import { isProposer, refuseSelf } from './second-person.ts';

export interface DecidableProposal extends VotedSubject {
  readonly id: string;
  readonly status: ProposalStatus;
  readonly expiresAt: Date | null;
}

export interface Decider {
  readonly userId: number;
  readonly username: string;
  readonly role: Role;
  /** Set when the proposer created or promoted this account, and when. */
  readonly raisedByProposerAt: Date | null;
  /** The approval token was minted under one. */
  readonly secondFactor: boolean;
  /** With a passkey, over this proposal's digest. */
  readonly signed: boolean;
}

export interface ApprovalOutcome {
  /** Null while approvals are missing, and for one that was approved before the policy became stricter. */
  readonly transition: Transition<ProposalStatus> | null;
  readonly approvalsNeeded: number;
  readonly selfApproved: boolean;
}

export interface ApprovalInput {
  readonly proposal: DecidableProposal;
  readonly votes: readonly CastVote[];
  readonly decision: Decision;
  readonly decider: Decider;
  readonly rules: PolicyPair;
  /** Past the rules, in an emergency. */
  readonly breakGlass: boolean;
  readonly seenDigest: string | undefined;
  readonly now: Date;
}
export type ApprovalRefusal = Refusal<
  | 'invalid_transition'
  | 'proposal_changed'
  | 'already_decided'
  | 'self_approval'
  | 'not_entitled'
  | 'outside_change_window'
  | 'forbidden'
  | 'second_factor_missing'
  | 'passkey_signature_missing'
>;

/** What a person's decision does to a proposal (CONTRACT §4 "Approve"). Pure: everything it depends on is handed in. */
export function decideApproval(input: ApprovalInput): Result<ApprovalOutcome, ApprovalRefusal> {
  const { proposal, votes, decision, decider, now } = input;
  const subject = `Proposal ${proposal.id}`;
  const waits = decision === 'approved' && waitsForMore(input);
  const move = waits
    ? accept(null)
    : moveFrom(PROPOSAL_MOVES, proposal.status, decision === 'approved' ? 'approve' : 'reject', subject);
  if (!move.ok) return move;
  if (proposal.expiresAt && proposal.expiresAt.getTime() <= now.getTime()) {
    return deny(
      refuse(
        'invalid_transition',
        `${subject} expired before it was decided. Nothing was changed. Propose the change again.`,
      ),
    );
  }
  if (input.seenDigest !== undefined && input.seenDigest !== proposal.digest) {
    return deny(
      refuse('proposal_changed', `${subject} is not the one that was reviewed. Nothing was decided. Read it again.`),
    );
  }
  if (votes.some((vote) => vote.userId === decider.userId)) {
    return deny(
      refuse('already_decided', `You have decided ${subject.toLowerCase()} already. One person has one vote.`),
    );
  }
  if (decision === 'rejected') return accept({ transition: move.value, approvalsNeeded: 0, selfApproved: false });
  return approve(input, move.value);
}

/** Approved once, and short of approvals again: the policy became stricter, or a voter has lost the right. */
const waitsForMore = ({ proposal, votes, rules }: ApprovalInput): boolean =>
  proposal.status === 'approved' && foldVotes(rules, proposal, votes).missing.length > 0;

function approve(
  input: ApprovalInput,
  transition: Transition<ProposalStatus> | null,
): Result<ApprovalOutcome, ApprovalRefusal> {
  const { proposal, votes, decider, rules, breakGlass, now } = input;
  const may = breakGlass ? mayBreakGlass(input) : mayApprove(input);
  if (!may.ok) return may;
  if (!decider.secondFactor && asksSecondFactor(rules, breakGlass ? 'break_glass' : 'approve'))
    return deny(needsSecondFactor(breakGlass ? 'Approving past the rules (break-glass)' : 'Approving', 'decided'));
  const requirements = requirementsOf(rules, proposal).filter(({ installerId }) => !breakGlass || installerId !== null);
  if (wantsSignature(requirements, decider)) return deny(UNSIGNED);
  const vote: CastVote = {
    ...decider,
    decision: 'approved',
    digest: proposal.digest,
    castAt: now,
    stillEntitled: true,
    breakGlass,
  };
  const { missing }: Tally = foldVotes(rules, proposal, [...votes, vote]);
  return accept({
    transition: missing.length === 0 ? transition : null,
    approvalsNeeded: moreNeeded(missing),
    selfApproved: isProposer(proposal, decider.userId),
  });
}

/** One vote a person: one that could not count would stand in the way of the one that can. */
const UNSIGNED = refuse(
  'passkey_signature_missing',
  'Approving this takes a passkey that signs it: the policy, or the machine that it changes, asks for the signature. Nothing was decided. Mint the token for this proposal with a passkey of yours; enrol one first if you have none.',
);

function mayApprove({ proposal, decider, rules, now }: ApprovalInput): Result<void, ApprovalRefusal> {
  if (asksSecondPerson(rules)) {
    const other = refuseSelf(proposal, decider, now);
    if (!other.ok) return other;
  }
  if (!requirementsOf(rules, proposal).some((requirement) => fits(requirement, { ...decider, signed: true }))) {
    const { reasons } = foldVotes(rules, proposal, []);
    return deny(
      refuse(
        'not_entitled',
        `The policy leaves the approval of proposal ${proposal.id} to others: it ${reasons.join('; it ')}. Nothing was decided.`,
      ),
    );
  }
  const windowed = bothOf(rules).filter((policy) => policy.approveInsideWindows);
  return insideWindows(windowed, now, 'Nothing was decided.');
}

/** Whoever may, may alone, at any time, and for a change of their own: that is what it is for. */
function mayBreakGlass({ rules, decider }: ApprovalInput): Result<void, Refusal<'forbidden'>> {
  if (rules.inForce.breakGlass && decider.role === 'admin') return accept(undefined);
  const why = rules.inForce.breakGlass
    ? 'Only an admin may approve past the rules (break-glass).'
    : 'The policy has break-glass switched off: nobody approves past the rules.';
  return deny(refuse('forbidden', `${why} Nothing was decided.`));
}
