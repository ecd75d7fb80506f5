import type { ApprovalPolicy } from '../approvals/approval-policy.ts';
import type { CastVote, VotedSubject } from '../approvals/fold-votes.ts';

/** The most lenient policy there is, of which a test says only what it is about. */
export const policyOf = (more: Partial<ApprovalPolicy> = {}): ApprovalPolicy => ({
  version: 1,
  quorum: 1,
  quorumByPriority: {},
  quorumByServer: [],
  secondPerson: false,
  approvers: [],
  maximumAges: { proposalHours: 72, approvalHours: 24, tokenMinutes: 1440 },
  changeWindows: [],
  approveInsideWindows: false,
  mfa: { approve: false, execute: false, manageUsers: false },
  passkeys: { always: false, servers: [] },
  breakGlass: false,
  ...more,
});

export const DIGEST = 'sha256:one';

/** An install of `memory`, asked for by the person with id 1. */
export const subjectOf = (more: Partial<VotedSubject> = {}): VotedSubject => ({
  digest: DIGEST,
  proposerId: 1,
  priority: 'high',
  actions: [{ type: 'install_server', serverName: 'memory', client: 'kilocode', installerId: 'laptop-1' }],
  demands: [],
  ...more,
});

/** An approval that counts, of `person-N`. */
export const voteOf = (userId: number, more: Partial<CastVote> = {}): CastVote => ({
  userId,
  username: `person-${userId}`,
  role: 'approver',
  decision: 'approved',
  digest: DIGEST,
  castAt: new Date('2026-01-01T12:00:00Z'),
  stillEntitled: true,
  raisedByProposerAt: null,
  breakGlass: false,
  secondFactor: false,
  signed: false,
  ...more,
});
