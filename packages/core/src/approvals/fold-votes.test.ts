import { describe, expect, it } from 'vitest';
import { policyOf, subjectOf, voteOf } from '../testing/policy-of.ts';
import type { ApprovalPolicy } from './approval-policy.ts';
import { type CastVote, foldVotes, moreNeeded } from './fold-votes.ts';

const HOUR = 3_600_000;
const subject = subjectOf();
const fold = (policy: Partial<ApprovalPolicy>, votes: CastVote[], bound: Partial<ApprovalPolicy> = policy) =>
  foldVotes({ bound: policyOf(bound), inForce: policyOf({ ...policy, version: 2 }) }, subject, votes);
const named = (...people: string[]) => ({ roles: [], people });

describe('in words', () => {
  it.each<[string, Partial<ApprovalPolicy>, CastVote[], string[]]>([
    ['nothing is missing', {}, [voteOf(2)], []],
    ['anyone', { quorum: 2 }, [voteOf(2)], ['needs 1 more of: any approver']],
    ['nobody yet', { quorum: 2 }, [], ['needs 2 more of: any approver']],
    [
      'those named',
      { approvers: [named('the-approver', 'second-approver')] },
      [],
      ['needs 1 more of: second-approver, the-approver'],
    ],
    ['a role', { approvers: [{ roles: ['admin'], people: [] }] }, [], ['needs 1 more of: any admin']],
    [
      'people or a role',
      { approvers: [{ roles: ['admin'], people: ['ana'] }] },
      [],
      ['needs 1 more of: ana, any admin'],
    ],
    [
      'those who have approved are left out',
      { quorum: 2, approvers: [named('person-2', 'ana')] },
      [voteOf(2)],
      ['needs 1 more of: ana'],
    ],
    [
      'several things at once',
      { quorum: 3, approvers: [{ ...named('ana'), count: 1 }] },
      [voteOf(2)],
      ['needs 1 more of: ana', 'needs 2 more of: any approver'],
    ],
  ])('%s', (_, policy, votes, reasons) => {
    expect([...fold(policy, votes).reasons].sort()).toEqual([...reasons].sort());
  });

  it.each<[string, Partial<CastVote>, Partial<ApprovalPolicy>, string]>([
    ['another digest', { digest: 'sha256:two' }, {}, 'it was given to something else'],
    ['a lost right', { stillEntitled: false }, {}, 'the account was disabled or has lost the right since'],
    ['the proposer', { userId: 1 }, { secondPerson: true }, 'the policy asks for a second person'],
    [
      'an account of the proposer',
      { raisedByProposerAt: new Date(voteOf(2).castAt.getTime() - 24 * HOUR + 1) },
      { secondPerson: true },
      'the proposer had made, promoted or let in the account',
    ],
    ['somebody else', {}, { approvers: [named('ana')] }, 'the policy asks for others'],
    [
      'one factor',
      {},
      { mfa: { approve: true, execute: false, manageUsers: false } },
      'it was given without a second factor',
    ],
  ])('why an approval does not count: %s', (_, vote, policy, why) => {
    const tally = fold(policy, [voteOf(2, vote)]);
    expect(tally.reasons).toContain(`the approval of person-2 does not count: ${why}`);
    expect(tally).toMatchObject({ have: 0, needed: 1 });
    expect(moreNeeded(tally.missing)).toBe(1);
  });
});

describe('an approval counts', () => {
  it('of the proposer where no second person is asked for', () => {
    expect(fold({}, [voteOf(1)]).missing).toEqual([]);
  });
  it('of an account that the proposer made a day before', () => {
    const raisedByProposerAt = new Date(voteOf(2).castAt.getTime() - 24 * HOUR);
    expect(fold({ secondPerson: true }, [voteOf(2, { raisedByProposerAt })]).missing).toEqual([]);
  });
  it('with a second factor where one is asked for', () => {
    const mfa = { approve: true, execute: false, manageUsers: false };
    expect(fold({ mfa }, [voteOf(2, { secondFactor: true })]).missing).toEqual([]);
  });
  it('once for each person, and not as a rejection', () => {
    const votes = [voteOf(2), voteOf(2), voteOf(3, { decision: 'rejected' })];
    expect(fold({ quorum: 3 }, votes)).toMatchObject({ have: 1, needed: 3 });
  });
  it('of one person for several requirements', () => {
    const approvers = [named('person-2'), { roles: ['approver' as const], people: [], count: 1 }];
    expect(fold({ approvers }, [voteOf(2)]).missing).toEqual([]);
  });
});

describe('what a rule asks for', () => {
  it('without a count is as many as the quorum, so that nobody else’s approval counts', () => {
    const policy = { quorum: 2, approvers: [named('person-2', 'person-3', 'person-4')] };
    expect(fold(policy, [voteOf(2), voteOf(9)])).toMatchObject({
      have: 1,
      missing: [{ count: 1, of: { people: ['person-3', 'person-4'], roles: [] } }],
    });
    expect(fold(policy, [voteOf(2), voteOf(3)]).missing).toEqual([]);
  });

  it('with a smaller count leaves the rest of the quorum to anyone', () => {
    const policy = { quorum: 2, approvers: [{ ...named('person-2'), count: 1 }] };
    expect(fold(policy, [voteOf(8), voteOf(9)])).toMatchObject({ have: 2, needed: 3 });
    expect(fold(policy, [voteOf(2), voteOf(9)]).missing).toEqual([]);
  });

  it('of the role is what the voter has now', () => {
    const policy = { approvers: [{ roles: ['admin' as const], people: [] }] };
    expect(fold(policy, [voteOf(2)]).missing).toHaveLength(1);
    expect(fold(policy, [voteOf(2, { role: 'admin' })]).missing).toEqual([]);
  });
});

describe('the policy it was proposed under and the one in force', () => {
  it('both have to be met', () => {
    const [loose, strict] = [{ quorum: 1 }, { quorum: 2 }];
    expect(fold(strict, [voteOf(2)], loose).missing).toHaveLength(1);
    expect(fold(loose, [voteOf(2)], strict).missing).toHaveLength(1);
    expect(fold(loose, [voteOf(2)], loose).missing).toEqual([]);
    const either = fold({ approvers: [named('ana')] }, [], { approvers: [named('bea')] });
    expect(either.reasons).toEqual(['needs 1 more of: ana', 'needs 1 more of: bea']);
  });

  it('one and the same thing is asked for once, as often as the stricter says', () => {
    expect(
      fold({ approvers: [{ ...named('ana', 'bea'), count: 2 }] }, [], { approvers: [named('bea', 'ana')] }),
    ).toMatchObject({
      missing: [{ count: 2, of: { people: ['ana', 'bea'], roles: [] } }],
    });
  });
});

describe('break-glass', () => {
  const alone = voteOf(2, { breakGlass: true, secondFactor: true, role: 'admin' });
  const strict = { quorum: 5, secondPerson: true, breakGlass: true, approvers: [named('ana')] };

  it('approves alone, and says so', () => {
    expect(fold(strict, [alone])).toEqual({
      needed: 1,
      have: 1,
      missing: [],
      reasons: [
        'person-2 approved alone in an emergency (break-glass)',
        'the approval of person-2 does not count: the policy asks for others',
      ],
      breakGlass: true,
    });
    expect(fold(strict, [{ ...alone, userId: 1 }]).missing).toEqual([]);
  });

  it.each<[string, Partial<CastVote>]>([
    ['of someone who is no admin any more', { role: 'approver' }],
    ['of someone disabled', { stillEntitled: false }],
    ['of something else', { digest: 'sha256:two' }],
    ['without a second factor', { secondFactor: false }],
    ['that is a rejection', { decision: 'rejected' }],
    ['that is none', { breakGlass: false }],
  ])('does not: one %s', (_, more) => {
    expect(fold(strict, [{ ...alone, ...more }])).toMatchObject({ breakGlass: false });
    expect(fold(strict, [{ ...alone, ...more }]).missing).not.toEqual([]);
  });

  it('counts only while the policy in force has it switched on', () => {
    expect(fold({ ...strict, breakGlass: false }, [alone], strict).missing).not.toEqual([]);
    expect(fold(strict, [alone], { ...strict, breakGlass: false }).missing).toEqual([]);
  });
});

describe('a signature with a passkey', () => {
  const passkeys = { always: true, servers: [] };
  const signed = (userId: number, more: Partial<CastVote> = {}) => voteOf(userId, { signed: true, ...more });
  const laptop = { installerId: 'laptop-1', quorum: 1, approvers: ['person-2', 'ana'] };
  const demanded = (votes: CastVote[], demands = [laptop], policy: Partial<ApprovalPolicy> = {}) => {
    const rules = policyOf(policy);
    return foldVotes({ bound: rules, inForce: rules }, subjectOf({ demands }), votes);
  };

  it('is asked for by a policy, always or for a server', () => {
    expect(fold({ passkeys }, []).reasons).toEqual(['needs 1 more of: any approver, signed with a passkey']);
    expect(fold({ passkeys: { always: false, servers: [{ name: 'mem*' }] } }, []).missing).toMatchObject([
      { passkey: true, installerId: null },
    ]);
    expect(fold({ passkeys: { always: false, servers: [{ name: 'other' }] } }, []).missing).toMatchObject([
      { passkey: false },
    ]);
  });

  it('makes an approval count, and one without does not', () => {
    expect(fold({ passkeys }, [voteOf(2)]).reasons).toEqual([
      'needs 1 more of: any approver, signed with a passkey',
      'the approval of person-2 does not count: it was not signed with a passkey',
    ]);
    expect(fold({ passkeys }, [signed(2)]).missing).toEqual([]);
    expect(fold({ passkeys: { always: false, servers: [] } }, [voteOf(2)], { passkeys }).missing).toHaveLength(1);
    expect(fold({ passkeys, approvers: [named('person-2')] }, [voteOf(2)]).missing).toHaveLength(1);
  });

  it('is asked for by a machine that verifies by itself, of those it knows', () => {
    expect(demanded([voteOf(2), signed(3)], [laptop], { quorum: 2 }).reasons).toEqual([
      'needs 1 more of: ana, signed with a passkey that laptop-1 verifies by itself',
    ]);
    // One approval is enough here, and it has to be one of those.
    expect(demanded([]).reasons).toEqual([
      'needs 1 more of: ana, person-2, signed with a passkey that laptop-1 verifies by itself',
    ]);
    expect(demanded([signed(2)]).missing).toEqual([]);
    expect(demanded([signed(3)]).missing).toMatchObject([{ count: 1, passkey: true, installerId: 'laptop-1' }]);
    expect(demanded([signed(2)], [{ ...laptop, quorum: 2 }])).toMatchObject({ have: 1, needed: 2 });
  });

  it('is not asked for by a machine that the proposal does not change', () => {
    expect(demanded([voteOf(2)], [{ ...laptop, installerId: 'laptop-2' }]).missing).toEqual([]);
    const pinned = subjectOf({
      demands: [laptop],
      actions: [{ type: 'pin_tools', serverName: 'memory', client: null, installerId: 'laptop-1' }],
    });
    expect(foldVotes({ bound: policyOf(), inForce: policyOf() }, pinned, [voteOf(2)]).missing).toEqual([]);
  });

  it('is what an emergency does not set aside where a machine asks for it', () => {
    const rules = { breakGlass: true, quorum: 5, passkeys };
    const alone = voteOf(2, { breakGlass: true, secondFactor: true, role: 'admin' });
    expect(demanded([alone], [laptop], rules)).toMatchObject({
      breakGlass: true,
      missing: [{ installerId: 'laptop-1' }],
    });
    expect(demanded([{ ...alone, signed: true }], [laptop], rules).missing).toEqual([]);
    expect(demanded([alone], [], rules).missing).toEqual([]);
  });
});
