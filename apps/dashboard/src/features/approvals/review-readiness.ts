import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import type { RegisteredServer } from '@mcp-coordinator/contract/servers.contract';
import { listWords } from '../../ui/plural.ts';
import { type Me, missing } from '../auth/me.ts';
import { askedPasskeys } from './asked-passkeys.ts';

export interface ReadinessLine {
  glyph: '✓' | '◷' | '⊘' | '▲' | '✕';
  text: string;
}
export interface Readiness {
  lines: ReadinessLine[];
  /** Why not, for each button; undefined where it can be pressed. */
  approve: string | undefined;
  reject: string | undefined;
  run: string | undefined;
}

export interface ReadinessInput {
  proposal: Proposal;
  me: Me;
  /** The servers that the change needs, as far as they are known. */
  servers: readonly RegisteredServer[];
  /** Paths of files that are not as the dry run saw them. */
  stale?: readonly string[];
  now: number;
}

const DECIDED: Partial<Record<Proposal['status'], string>> = {
  rejected: 'It was rejected',
  expired: 'It expired before it was decided and run: propose it anew',
  superseded: 'The plan has changed: another proposal takes its place',
  executing: 'It is running already',
  executed: 'It has been carried out already',
  rolled_back: 'It was carried out and rolled back: propose it anew',
  failed: 'It ran and failed: propose it anew',
  cancelled: 'It was cancelled: propose it anew',
};

/** What stands against going on, whoever looks: a machine that is away, or a dry run that no longer holds. */
const obstacleOf = ({ servers, stale = [] }: ReadinessInput): string | undefined =>
  unreachable(servers) ?? outdated(stale);

const outdated = (files: readonly string[]): string | undefined =>
  files.length === 0 ? undefined : `The dry run is stale: ${listWords(files)} changed since. Propose the change anew`;

const unreachable = (servers: readonly RegisteredServer[]): string | undefined => {
  const gone = servers.filter(({ status }) => status === 'unreachable').map(({ id }) => id);
  return gone.length === 0
    ? undefined
    : `${gone.join(' and ')} cannot be reached: whether the dry run still holds is not known. It can go on once the link is back`;
};

/** Who has decided, and what that means for the person who looks. */
const personLines = ({ proposal, me }: ReadinessInput): { line: ReadinessLine; blocked?: string; voted?: true } => {
  const vote = proposal.votes.find(({ username }) => username === me.username);
  if (vote)
    return {
      line: { glyph: '✓', text: `You ${vote.decision} it` },
      blocked: `You ${vote.decision} it already`,
      voted: true,
    };
  if (proposal.proposedBy !== me.username) return { line: { glyph: '✓', text: 'You are not the requester' } };
  if (!proposal.policy.secondPerson) {
    return { line: { glyph: '▲', text: 'You asked for it yourself: the approval is marked as your own' } };
  }
  return {
    line: { glyph: '⊘', text: 'You asked for it: someone else must approve' },
    blocked: 'You asked for it: someone else must approve',
  };
};

const quorumLine = ({ proposal }: ReadinessInput): ReadinessLine => {
  const given = proposal.votes.filter(({ decision }) => decision === 'approved').length;
  const { approvalsNeeded: left } = proposal;
  const quorum = Math.max(proposal.policy.quorum, given + left);
  if (left <= 1) return { glyph: '◷', text: `You would be approval ${quorum} of ${quorum}: then it can be run` };
  return { glyph: '◷', text: `You would be approval ${given + 1} of ${quorum}: ${left - 1} more after yours` };
};

const moreNeeded = ({ approvalsNeeded }: Proposal): string =>
  approvalsNeeded === 1 ? 'One more approval is needed' : `${approvalsNeeded} more approvals are needed`;

/** “Already rejected by ana”, where a person's vote decided it. */
const deciderOf = ({ status, votes }: Proposal): string | undefined => {
  const last = votes.findLast(({ decision }) => decision === 'rejected');
  return status === 'rejected' && last ? `It was rejected by ${last.username} already` : undefined;
};

const decidedReadiness = (decided: string, reason: string | null): Readiness => ({
  lines: [{ glyph: '⊘', text: reason ? `${decided}. ${reason}` : decided }],
  approve: decided,
  reject: decided,
  run: decided,
});

/** Approved once, and short of approvals again: the policy became stricter, or a machine asks for signatures by now. */
const shortReadiness = (input: ReadinessInput, obstacle: string | undefined, reasons: readonly string[]): Readiness => {
  const { approve } = pendingReadiness(input, obstacle);
  return {
    lines: reasons.map((text) => ({ glyph: '◷', text: `Approved, and ${text}` })),
    approve,
    reject: 'It is approved already',
    run: 'It needs more approvals first',
  };
};

const approvedReadiness = ({ me }: ReadinessInput, obstacle: string | undefined): Readiness => ({
  lines: [
    { glyph: '✓', text: 'Approved, ready to run' },
    ...(obstacle === undefined ? [] : [{ glyph: '✕', text: obstacle } as const]),
  ],
  approve: 'It is approved already',
  reject: 'It is approved already',
  run: missing(me, 'execute_remediation') ?? obstacle,
});

const pendingReadiness = (input: ReadinessInput, obstacle: string | undefined): Readiness => {
  const person = personLines(input);
  const permission = missing(input.me, 'approve_remediation');
  const approve = permission ?? person.blocked ?? obstacle;
  return {
    lines: [
      obstacle === undefined ? { glyph: '✓', text: 'Dry run passed' } : { glyph: '✕', text: obstacle },
      permission === undefined ? person.line : { glyph: '⊘', text: permission },
      ...(approve === undefined ? [quorumLine(input)] : []),
      ...askedPasskeys(input.proposal).map((text) => ({ glyph: '◷', text }) as const),
      ...(person.voted ? [{ glyph: '◷', text: moreNeeded(input.proposal) } as const] : []),
    ],
    run: 'It must be approved first',
    approve,
    // Rejecting one's own proposal withdraws it, and a machine that is away does not stand against a no.
    reject: permission ?? (person.voted ? person.blocked : undefined),
  };
};

/** One rule for the words and the buttons of the review page. The server decides again; this only says it beforehand. */
export const reviewReadiness = (input: ReadinessInput): Readiness => {
  const { status, expiresAt, reason } = input.proposal;
  const past = expiresAt !== null && new Date(expiresAt).getTime() <= input.now;
  const decided =
    deciderOf(input.proposal) ?? DECIDED[status] ?? (past ? 'It has expired: propose it anew' : undefined);
  if (decided !== undefined) return decidedReadiness(decided, reason);
  const obstacle = obstacleOf(input);
  if (status !== 'approved') return pendingReadiness(input, obstacle);
  const { missing: short = [], reasons = [] } = input.proposal.approval ?? {};
  return short.length > 0 ? shortReadiness(input, obstacle, reasons) : approvedReadiness(input, obstacle);
};
