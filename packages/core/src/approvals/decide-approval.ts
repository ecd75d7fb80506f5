import type { Decision } from '@mcp-coordinator/contract/approvals.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { Priority, ProposalStatus } from '@mcp-coordinator/contract/remediations.contract';
import { PROPOSAL_MOVES } from '../remediations/proposal-states.ts';
import { accept, deny, type Result } from '../result.ts';
import { moveFrom, type Transition } from '../state-machine.ts';
import { type ApprovalPolicy, quorumFor } from './approval-policy.ts';

export interface DecidableProposal {
  readonly id: string;
  readonly status: ProposalStatus;
  readonly priority: Priority;
  readonly digest: string;
  readonly expiresAt: Date | null;
  readonly proposerId: number;
}

export interface CastVote {
  readonly userId: number;
  readonly decision: Decision;
  readonly digest: string;
  /** False once the voter was disabled or lost the right. */
  readonly stillEntitled: boolean;
}

export interface Decider {
  readonly userId: number;
  /** Set when the proposer created or promoted this account, and when. */
  readonly raisedByProposerAt: Date | null;
}

export interface ApprovalOutcome {
  /** Null while the quorum is not met. */
  readonly transition: Transition<ProposalStatus> | null;
  readonly approvalsNeeded: number;
  readonly selfApproved: boolean;
}

/** An account that the proposer made or promoted counts as the proposer for this long. */
export const RAISED_ACCOUNT_HOURS = 24;

/** People who approved this digest and may still do so: by person, never by row. */
export function countApprovals(votes: readonly CastVote[], digest: string): number {
  const people = votes.filter((vote) => vote.decision === 'approved' && vote.digest === digest && vote.stillEntitled);
  return new Set(people.map((vote) => vote.userId)).size;
}

export const approvalsNeeded = (
  policy: ApprovalPolicy,
  proposal: DecidableProposal,
  votes: readonly CastVote[],
): number => Math.max(0, quorumFor(policy, proposal.priority) - countApprovals(votes, proposal.digest));

/** What a person's decision does to a proposal (CONTRACT §4 "Approve"). Pure: everything it depends on is handed in. */
export function decideApproval(input: {
  readonly proposal: DecidableProposal;
  readonly votes: readonly CastVote[];
  readonly decision: Decision;
  readonly decider: Decider;
  readonly policy: ApprovalPolicy;
  readonly seenDigest: string | undefined;
  readonly now: Date;
}): Result<ApprovalOutcome, Refusal<'invalid_transition' | 'proposal_changed' | 'already_decided' | 'self_approval'>> {
  const { proposal, votes, decision, decider, now } = input;
  const subject = `Proposal ${proposal.id}`;
  const move = moveFrom(PROPOSAL_MOVES, proposal.status, decision === 'approved' ? 'approve' : 'reject', subject);
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

function approve(
  { proposal, votes, decider, policy, now }: Parameters<typeof decideApproval>[0],
  transition: Transition<ProposalStatus>,
): Result<ApprovalOutcome, Refusal<'self_approval'>> {
  const selfApproved = decider.userId === proposal.proposerId;
  if (policy.secondPerson && (selfApproved || isRaised(decider, now))) {
    return deny(
      refuse(
        'self_approval',
        selfApproved
          ? 'You proposed this change (or own the key that did), and the policy asks for a second person. Nothing was decided.'
          : `Your account was created or promoted by the proposer less than ${RAISED_ACCOUNT_HOURS} hours ago, and does not count as a second person. Nothing was decided.`,
      ),
    );
  }
  const vote: CastVote = { userId: decider.userId, decision: 'approved', digest: proposal.digest, stillEntitled: true };
  const needed = approvalsNeeded(policy, proposal, [...votes, vote]);
  return accept({ transition: needed === 0 ? transition : null, approvalsNeeded: needed, selfApproved });
}

const isRaised = (decider: Decider, now: Date): boolean =>
  decider.raisedByProposerAt !== null &&
  now.getTime() - decider.raisedByProposerAt.getTime() < RAISED_ACCOUNT_HOURS * 3_600_000;
