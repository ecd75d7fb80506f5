import { PRIORITIES, PROPOSAL_STATUSES } from '@mcp-coordinator/contract/remediations.contract';
import { describe, expect, it } from 'vitest';
import { policyOf } from '../testing/policy-of.ts';
import { type ApprovalInput, type DecidableProposal, decideApproval } from './decide-approval.ts';
import { type CastVote, foldVotes } from './fold-votes.ts';

const NOW = new Date('2026-01-02T00:00:00Z');
const HOUR = 3_600_000;
const proposal: DecidableProposal = {
  id: 'P-1',
  status: 'pending',
  priority: 'high',
  digest: 'sha256:one',
  expiresAt: new Date(NOW.getTime() + HOUR),
  proposerId: 1,
  actions: [{ type: 'install_server', serverName: 'memory', client: 'kilocode', installerId: 'laptop-1' }],
  demands: [],
};
const policy = policyOf({ quorumByPriority: { critical: 2 }, secondPerson: true });
const under = (rules: typeof policy) => ({ bound: rules, inForce: rules });
const vote = (userId: number, more: Partial<CastVote> = {}): CastVote => ({
  userId,
  username: `person-${userId}`,
  role: 'approver',
  decision: 'approved',
  digest: 'sha256:one',
  castAt: NOW,
  stillEntitled: true,
  raisedByProposerAt: null,
  breakGlass: false,
  secondFactor: false,
  signed: false,
  ...more,
});
type Person = Pick<ApprovalInput['decider'], 'userId' | 'raisedByProposerAt'> & Partial<ApprovalInput['decider']>;
const second: Person = { userId: 2, raisedByProposerAt: null };
type Input = Omit<ApprovalInput, 'rules' | 'decider'> & { policy: typeof policy; decider: Person };
const decide = ({
  policy: rules = policy,
  decider = { userId: 2, raisedByProposerAt: null },
  ...more
}: Partial<Input> = {}) =>
  decideApproval({
    proposal,
    votes: [],
    decision: 'approved',
    decider: { username: `person-${decider.userId}`, role: 'approver', secondFactor: false, signed: false, ...decider },
    rules: under(rules),
    breakGlass: false,
    seenDigest: undefined,
    now: NOW,
    ...more,
  });
const codeOf = (more: Partial<Input>) => {
  const decided = decide(more);
  return decided.ok ? 'ok' : decided.refusal.code;
};

describe('in each state', () => {
  const cases = PROPOSAL_STATUSES.flatMap((status) =>
    (['approved', 'rejected'] as const).map((decision) => ({ status, decision })),
  );
  it.each(cases)('$status, $decision', ({ status, decision }) => {
    // One that was approved has the approvals it needed.
    const votes = status === 'approved' ? [vote(3)] : [];
    const decided = decide({ proposal: { ...proposal, status }, decision, votes });
    if (status !== 'pending')
      return expect(decided).toMatchObject({ ok: false, refusal: { code: 'invalid_transition' } });
    const move = decision === 'approved' ? 'approve' : 'reject';
    expect(decided).toEqual({
      ok: true,
      value: { transition: { move, from: 'pending', to: decision }, approvalsNeeded: 0, selfApproved: false },
    });
  });
});

it('one that was approved and is short of approvals again takes another, and stays approved', () => {
  const approved = { ...proposal, status: 'approved' as const };
  const lost = [vote(3, { stillEntitled: false })];
  expect(decide({ proposal: approved, votes: lost })).toEqual({
    ok: true,
    value: { transition: null, approvalsNeeded: 0, selfApproved: false },
  });
  expect(codeOf({ proposal: approved, votes: lost, decision: 'rejected' })).toBe('invalid_transition');
});

describe('the quorum', () => {
  it.each(PRIORITIES.map((priority) => [priority]))('of a %s proposal', (priority) => {
    const of = { ...proposal, priority };
    const first = decide({ proposal: of });
    const alone = priority !== 'critical';
    expect(first).toMatchObject({ ok: true, value: { approvalsNeeded: alone ? 0 : 1 } });
    expect(first.ok && first.value.transition?.to).toBe(alone ? 'approved' : undefined);
    expect(decide({ proposal: of, votes: [vote(3)] })).toMatchObject({
      ok: true,
      value: { approvalsNeeded: 0, transition: { to: 'approved' } },
    });
  });

  it('counts people, on this digest, who may still vote', () => {
    const votes = [vote(3), vote(3), vote(4, { decision: 'rejected' }), vote(5, { digest: 'sha256:two' })];
    const tally = (quorum: number, cast: CastVote[]) => {
      const { have, needed } = foldVotes(under(policyOf({ quorum })), proposal, cast);
      return [have, needed - have];
    };
    expect(tally(4, [...votes, vote(6, { stillEntitled: false }), vote(7)])).toEqual([2, 2]);
    expect(tally(4, votes)).toEqual([1, 3]);
    expect(tally(1, [vote(3), vote(4)])).toEqual([2, 0]);
  });

  it('does not count earlier votes that lost their worth', () => {
    const three = { ...policy, quorum: 3 };
    const votes = [vote(3), vote(4, { stillEntitled: false }), vote(5, { digest: 'sha256:two' })];
    expect(decide({ policy: three, votes })).toMatchObject({
      ok: true,
      value: { transition: null, approvalsNeeded: 1 },
    });
  });

  it('is not needed to reject: one rejection rejects', () => {
    expect(decide({ policy: { ...policy, quorum: 5 }, decision: 'rejected', votes: [vote(3)] })).toMatchObject({
      ok: true,
      value: { transition: { move: 'reject', to: 'rejected' }, approvalsNeeded: 0, selfApproved: false },
    });
  });
});

describe('a second person', () => {
  const self = { userId: 1, raisedByProposerAt: null };
  const raised = (agoMs: number) => ({ userId: 2, raisedByProposerAt: new Date(NOW.getTime() - agoMs) });
  const lax = { ...policy, secondPerson: false };

  it('is asked for: the proposer may not approve', () => {
    const refused = decide({ decider: self });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'self_approval' } });
    expect(!refused.ok && refused.refusal.detail).toContain('You proposed this change');
  });

  it('may be the same where the policy says so, and then it is marked', () => {
    expect(decide({ decider: self, policy: lax })).toMatchObject({ ok: true, value: { selfApproved: true } });
    expect(decide({ policy: lax })).toMatchObject({ ok: true, value: { selfApproved: false } });
  });

  it('is none who was made or promoted by the proposer within a day', () => {
    const refused = decide({ decider: raised(24 * HOUR - 1) });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'self_approval' } });
    expect(!refused.ok && refused.refusal.detail).toContain('less than 24 hours ago');
    expect(codeOf({ decider: raised(0) })).toBe('self_approval');
    expect(codeOf({ decider: raised(24 * HOUR) })).toBe('ok');
    expect(codeOf({ decider: raised(0), policy: lax })).toBe('ok');
  });

  it('is not needed to reject', () => {
    expect(codeOf({ decider: self, decision: 'rejected' })).toBe('ok');
    expect(codeOf({ decider: raised(0), decision: 'rejected' })).toBe('ok');
  });
});

describe('it refuses', () => {
  const at = (ms: number) => ({ ...proposal, expiresAt: new Date(NOW.getTime() + ms) });

  it.each(['approved', 'rejected'] as const)('what has expired (%s)', (decision) => {
    expect(codeOf({ proposal: at(0), decision })).toBe('invalid_transition');
    expect(codeOf({ proposal: at(-1), decision })).toBe('invalid_transition');
    expect(codeOf({ proposal: at(1), decision })).toBe('ok');
    expect(codeOf({ proposal: { ...proposal, expiresAt: null }, decision })).toBe('ok');
  });

  it.each(['approved', 'rejected'] as const)('what was not seen as it is (%s)', (decision) => {
    expect(codeOf({ seenDigest: 'sha256:two', decision })).toBe('proposal_changed');
    expect(codeOf({ seenDigest: 'sha256:one', decision })).toBe('ok');
  });

  it.each(['approved', 'rejected'] as const)(
    'a second vote of one person, whatever became of the first (%s)',
    (decision) => {
      for (const earlier of [vote(2), vote(2, { digest: 'sha256:two' }), vote(2, { stillEntitled: false })])
        expect(codeOf({ votes: [vote(3), earlier], decision })).toBe('already_decided');
    },
  );

  it('by the first reason in order', () => {
    const all = {
      proposal: at(0),
      seenDigest: 'sha256:two',
      votes: [vote(1)],
      decider: { userId: 1, raisedByProposerAt: null },
    };
    expect(codeOf(all)).toBe('invalid_transition');
    expect(codeOf({ ...all, proposal })).toBe('proposal_changed');
    expect(codeOf({ ...all, proposal, seenDigest: undefined })).toBe('already_decided');
    expect(codeOf({ ...all, proposal, seenDigest: undefined, votes: [] })).toBe('self_approval');
  });
});

describe('who may approve', () => {
  const left = { ...policy, approvers: [{ roles: [], people: ['ana', 'bea'] }] };

  it('is whom the policy names, and the refusal says whom', () => {
    const refused = decide({ policy: left });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'not_entitled' } });
    expect(!refused.ok && refused.refusal.detail).toContain('needs 1 more of: ana, bea');
  });

  it('is anyone to reject', () => {
    expect(codeOf({ policy: left, decision: 'rejected' })).toBe('ok');
  });

  it('is anyone for the part of the quorum that is not left to others', () => {
    const some = { ...policy, quorum: 2, approvers: [{ roles: [], people: ['ana'], count: 1 }] };
    expect(decide({ policy: some })).toMatchObject({ ok: true, value: { transition: null, approvalsNeeded: 1 } });
  });

  it('has a second factor where the policy asks for one', () => {
    const strong = { ...policy, mfa: { ...policy.mfa, approve: true } };
    expect(codeOf({ policy: strong })).toBe('second_factor_missing');
    expect(codeOf({ policy: strong, decider: { ...second, secondFactor: true } })).toBe('ok');
  });

  it('may only inside the change windows, where approvals are held to them', () => {
    // NOW is a Friday at midnight.
    const shut = [{ days: ['mon' as const], from: '08:00', to: '09:00', timeZone: 'UTC' }];
    const windows = { ...policy, changeWindows: shut };
    expect(codeOf({ policy: windows })).toBe('ok');
    expect(codeOf({ policy: { ...windows, approveInsideWindows: true } })).toBe('outside_change_window');
    expect(codeOf({ policy: { ...windows, approveInsideWindows: true }, decision: 'rejected' })).toBe('ok');
    const open = [{ days: ['fri' as const], from: '00:00', to: '01:00', timeZone: 'UTC' }];
    expect(codeOf({ policy: { ...policy, changeWindows: open, approveInsideWindows: true } })).toBe('ok');
  });
});

describe('approved before the policy became stricter', () => {
  const approved = { ...proposal, status: 'approved' as const };
  const stricter = { ...policy, quorum: 2 };

  it('it takes the approvals that are missing, and stays approved', () => {
    expect(decide({ proposal: approved, policy: stricter, votes: [vote(3)] })).toEqual({
      ok: true,
      value: { transition: null, approvalsNeeded: 0, selfApproved: false },
    });
    expect(decide({ proposal: approved, policy: { ...policy, quorum: 4 }, votes: [vote(3)] })).toMatchObject({
      value: { transition: null, approvalsNeeded: 2 },
    });
  });

  it('it takes no more than those, and no rejection', () => {
    expect(codeOf({ proposal: approved, policy: stricter, votes: [vote(3), vote(4)] })).toBe('invalid_transition');
    expect(codeOf({ proposal: approved, policy: stricter, votes: [vote(3)], decision: 'rejected' })).toBe(
      'invalid_transition',
    );
    expect(codeOf({ proposal: approved, policy: stricter, votes: [vote(2)] })).toBe('already_decided');
  });
});

describe('break-glass', () => {
  const strict = { ...policy, quorum: 4, breakGlass: true, approvers: [{ roles: [], people: ['ana'] }] };
  const admin = { ...second, role: 'admin' as const, secondFactor: true };

  it('approves alone, past quorum, approvers, windows and second person', () => {
    const shut = [{ days: ['mon' as const], from: '08:00', to: '09:00', timeZone: 'UTC' }];
    const rules = { ...strict, changeWindows: shut, approveInsideWindows: true };
    expect(decide({ policy: rules, decider: admin, breakGlass: true })).toMatchObject({
      ok: true,
      value: { transition: { to: 'approved' }, approvalsNeeded: 0, selfApproved: false },
    });
    expect(decide({ policy: rules, decider: { ...admin, userId: 1 }, breakGlass: true })).toMatchObject({
      ok: true,
      value: { selfApproved: true },
    });
  });

  it.each([
    ['where it is switched off', { policy: { ...strict, breakGlass: false }, decider: admin }, 'forbidden'],
    ['for no admin', { policy: strict, decider: { ...admin, role: 'approver' as const } }, 'forbidden'],
    [
      'without a second factor',
      { policy: strict, decider: { ...admin, secondFactor: false } },
      'second_factor_missing',
    ],
    [
      'what is decided',
      { policy: strict, decider: admin, proposal: { ...proposal, status: 'rejected' as const } },
      'invalid_transition',
    ],
    ['what was not seen', { policy: strict, decider: admin, seenDigest: 'sha256:two' }, 'proposal_changed'],
    ['with a second vote', { policy: strict, decider: admin, votes: [vote(2)] }, 'already_decided'],
  ])('does not approve %s', (_, more, code) => {
    expect(codeOf({ ...more, breakGlass: true })).toBe(code);
  });
});

describe('a signature with a passkey', () => {
  const passkeys = { always: true, servers: [] };
  const demands = [{ installerId: 'laptop-1', quorum: 1, approvers: ['person-2'] }];
  const signed: Person = { ...second, signed: true };

  it('is asked for before a vote that could not count is taken', () => {
    expect(codeOf({ policy: policyOf({ passkeys }) })).toBe('passkey_signature_missing');
    expect(codeOf({ policy: policyOf({ passkeys }), decider: signed })).toBe('ok');
    expect(codeOf({ proposal: { ...proposal, demands } })).toBe('passkey_signature_missing');
    expect(codeOf({ proposal: { ...proposal, demands }, decider: signed })).toBe('ok');
  });

  it('is not asked of those whom the machine does not know, nor of who says no', () => {
    const about = { ...proposal, demands };
    const other: Person = { userId: 3, raisedByProposerAt: null };
    expect(decide({ proposal: about, decider: other, policy: policyOf({ quorum: 2 }) })).toMatchObject({
      ok: true,
      value: { transition: null, approvalsNeeded: 1 },
    });
    // One approval is enough, and it has to be of somebody the machine knows.
    expect(codeOf({ proposal: about, decider: other })).toBe('not_entitled');
    expect(codeOf({ policy: policyOf({ passkeys }), decision: 'rejected' })).toBe('ok');
  });

  it('in an emergency only where the machine asks for it', () => {
    const past = { breakGlass: true, policy: policyOf({ breakGlass: true, passkeys }) };
    const admin: Person = { ...second, role: 'admin', secondFactor: true };
    expect(codeOf({ ...past, decider: admin })).toBe('ok');
    const here = { ...past, proposal: { ...proposal, demands } };
    expect(codeOf({ ...here, decider: admin })).toBe('passkey_signature_missing');
    expect(codeOf({ ...here, decider: { ...admin, signed: true } })).toBe('ok');
  });
});
