import type { ApprovalState, Decision } from '@mcp-coordinator/contract/approvals.contract';
import type { Role } from '@mcp-coordinator/contract/permissions';
import { asksSecondFactor, asksSecondPerson, type PolicyPair } from './approval-policy.ts';
import {
  type DemandedSubject,
  fits,
  inWords,
  type Requirement,
  requirementsOf,
  stillAsked,
  wantsSignature,
} from './requirements.ts';
import { isProposer, isRaised, type Proposed } from './second-person.ts';

export interface VotedSubject extends DemandedSubject, Proposed {
  readonly digest: string;
}

export interface CastVote {
  readonly userId: number;
  readonly username: string;
  /** As it is now. */
  readonly role: Role;
  readonly decision: Decision;
  readonly digest: string;
  readonly castAt: Date;
  /** False once the voter was disabled or lost the right. */
  readonly stillEntitled: boolean;
  /** Set when the proposer created or promoted this account, and when. */
  readonly raisedByProposerAt: Date | null;
  readonly breakGlass: boolean;
  /** The token it was given with was minted under one. */
  readonly secondFactor: boolean;
  /** A passkey signed it, over the digest that it is of. */
  readonly signed: boolean;
}

/** What has come together, and what is missing: the same for whoever decides, executes or only looks. */
export interface Tally extends ApprovalState {
  /** An admin set the rules aside, and the policy in force still lets them. */
  readonly breakGlass: boolean;
}

/** Pure, over people and never over rows: the order of votes changes nothing. */
export function foldVotes(rules: PolicyPair, subject: VotedSubject, votes: readonly CastVote[]): Tally {
  const requirements = requirementsOf(rules, subject);
  const judged = votes
    .filter((vote) => vote.decision === 'approved')
    .map((vote) => ({ vote, flaw: flawOf(vote, rules, subject, requirements) }));
  const counting = new Map<number, CastVote>();
  for (const { vote, flaw } of judged) if (flaw === undefined) count(counting, vote);
  const flaws = judged.flatMap(({ vote, flaw }) =>
    flaw === undefined || counting.has(vote.userId) ? [] : [`the approval of ${vote.username} does not count: ${flaw}`],
  );
  const past = votes.filter((vote) => breaksGlass(vote, rules, subject)).sort((a, b) => a.userId - b.userId);
  const [alone] = past;
  for (const vote of past) count(counting, vote);
  // An emergency sets the policy aside; a machine that verifies by itself knows of none.
  const asked = alone ? requirements.filter(({ installerId }) => installerId !== null) : requirements;
  const missing = missingOf(asked, [...counting.values()]);
  const have = counting.size;
  const words = [
    ...(alone ? [`${alone.username} approved alone in an emergency (break-glass)`] : []),
    ...missing.map(inWords),
  ];
  return {
    needed: have + moreNeeded(missing),
    have,
    missing,
    reasons: [...words, ...[...new Set(flaws)].sort()],
    breakGlass: alone !== undefined,
  };
}

/** Once for each person; a signature makes it worth more. */
function count(counting: Map<number, CastVote>, vote: CastVote): void {
  if (vote.signed || !counting.has(vote.userId)) counting.set(vote.userId, vote);
}

/** People who must still approve, at least: one person may be what several requirements ask for. */
export const moreNeeded = (missing: ApprovalState['missing']): number =>
  Math.max(0, ...missing.map(({ count }) => count));

function missingOf(requirements: readonly Requirement[], counting: readonly CastVote[]): ApprovalState['missing'] {
  const have = new Set(counting.map((vote) => vote.username));
  return requirements.flatMap((requirement) => {
    const count = requirement.count - counting.filter((vote) => fits(requirement, vote)).length;
    return count > 0 ? [stillAsked(requirement, count, have)] : [];
  });
}

/** Why an approval counts for nothing, in words; nothing when it counts. */
function flawOf(
  vote: CastVote,
  rules: PolicyPair,
  subject: VotedSubject,
  requirements: readonly Requirement[],
): string | undefined {
  if (vote.digest !== subject.digest) return 'it was given to something else';
  if (!vote.stillEntitled) return 'the account was disabled or has lost the right since';
  if (asksSecondPerson(rules)) {
    if (isProposer(subject, vote.userId)) return 'the policy asks for a second person';
    if (isRaised(vote.raisedByProposerAt, vote.castAt)) return 'the proposer had made, promoted or let in the account';
  }
  if (!vote.secondFactor && asksSecondFactor(rules, 'approve')) return 'it was given without a second factor';
  if (requirements.some((requirement) => fits(requirement, vote))) return undefined;
  return wantsSignature(requirements, vote) ? 'it was not signed with a passkey' : 'the policy asks for others';
}

const breaksGlass = (vote: CastVote, { inForce }: PolicyPair, { digest }: VotedSubject): boolean =>
  vote.breakGlass &&
  vote.secondFactor &&
  inForce.breakGlass &&
  vote.decision === 'approved' &&
  vote.digest === digest &&
  vote.stillEntitled &&
  vote.role === 'admin';
