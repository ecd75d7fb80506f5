import type { ActionType } from '@mcp-coordinator/contract/actions.contract';
import { APPROVING_ROLES, ROLES } from '@mcp-coordinator/contract/permissions';
import type { ServerMatch } from '@mcp-coordinator/contract/policies.contract';
import { PRIORITIES } from '@mcp-coordinator/contract/remediations.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIGEST, policyOf } from '../testing/policy-of.ts';
import type { ApprovalPolicy, PolicyPair } from './approval-policy.ts';
import { decideApproval } from './decide-approval.ts';
import { type CastVote, foldVotes, moreNeeded } from './fold-votes.ts';
import { type Consenting, fits, requirementsOf } from './requirements.ts';

const NOW = new Date('2026-01-02T00:00:00Z');
const NAMES = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
const quorum = fc.integer({ min: 1, max: 4 });

const vote = fc
  .record({
    userId: fc.integer({ min: 1, max: 6 }),
    role: fc.constantFrom(...ROLES),
    decision: fc.constantFrom('approved' as const, 'approved' as const, 'rejected' as const),
    digest: fc.constantFrom(DIGEST, DIGEST, 'sha256:two'),
    castAt: fc.constant(NOW),
    stillEntitled: fc.constantFrom(true, true, false),
    raisedByProposerAt: fc.constantFrom(null, null, NOW, new Date(0)),
    breakGlass: fc.constantFrom(false, false, false, true),
    secondFactor: fc.boolean(),
    signed: fc.boolean(),
  })
  // A role is of a person, and not of a vote.
  .map((one): CastVote => ({ ...one, username: `p${one.userId}`, role: ROLES[one.userId % 2] as 'admin' }));
const votes = fc.array(vote, { maxLength: 10 });
const server = fc.constantFrom<ServerMatch[]>({ name: '*' }, { name: 'a' }, { name: 'b' }, { client: 'zed' });
const approver = fc
  .record(
    {
      roles: fc.subarray([...APPROVING_ROLES]),
      people: fc.subarray(NAMES),
      actionTypes: fc.constant<ActionType[]>(['install_server']),
      servers: fc.array(server, { minLength: 1, maxLength: 2 }),
      priorities: fc.subarray([...PRIORITIES], { minLength: 1 }),
      count: quorum,
    },
    { requiredKeys: ['roles', 'people'] },
  )
  .filter((rule) => rule.roles.length + rule.people.length > 0);
const policy: fc.Arbitrary<ApprovalPolicy> = fc
  .record({
    quorum,
    quorumByPriority: fc.record({ critical: quorum, low: quorum }, { requiredKeys: [] }),
    quorumByServer: fc.array(fc.record({ server, quorum }), { maxLength: 2 }),
    secondPerson: fc.boolean(),
    approvers: fc.array(approver, { maxLength: 3 }),
    mfa: fc.record({ approve: fc.constantFrom(false, false, true), execute: fc.boolean(), manageUsers: fc.boolean() }),
    passkeys: fc.record({ always: fc.constantFrom(false, false, true), servers: fc.array(server, { maxLength: 1 }) }),
    breakGlass: fc.boolean(),
  })
  .map(policyOf);
const rules = fc.tuple(policy, policy).map(([bound, inForce]) => ({ bound, inForce: { ...inForce, version: 2 } }));
const proposal = fc.record({
  id: fc.constant('p-1'),
  status: fc.constant('pending' as const),
  priority: fc.constantFrom(...PRIORITIES),
  digest: fc.constant(DIGEST),
  expiresAt: fc.constant(null),
  proposerId: fc.integer({ min: 1, max: 6 }),
  actions: fc.array(
    fc.record({
      type: fc.constantFrom('install_server' as const, 'remove_server' as const),
      serverName: fc.constantFrom('a', 'b'),
      client: fc.constantFrom('zed' as const, 'kilocode' as const, null),
      installerId: fc.constantFrom('laptop', null),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  demands: fc.array(
    fc.record({
      installerId: fc.constantFrom('laptop', 'elsewhere'),
      quorum,
      approvers: fc.subarray(NAMES, { minLength: 1 }),
    }),
    { maxLength: 2 },
  ),
});

/** Ways in which a policy can only become stricter. */
type Tighten = (one: ApprovalPolicy) => ApprovalPolicy;
const stricter: fc.Arbitrary<Tighten> = fc.oneof<fc.Arbitrary<Tighten>[]>(
  fc.constant((one: ApprovalPolicy) => ({ ...one, quorum: one.quorum + 1 })),
  fc.constant((one: ApprovalPolicy) => ({ ...one, secondPerson: true })),
  fc.constant((one: ApprovalPolicy) => ({ ...one, breakGlass: false })),
  fc.constant((one: ApprovalPolicy) => ({ ...one, mfa: { ...one.mfa, approve: true } })),
  fc.constant((one: ApprovalPolicy) => ({ ...one, passkeys: { ...one.passkeys, always: true } })),
  fc.constant((one: ApprovalPolicy) => ({
    ...one,
    quorumByPriority: { ...one.quorumByPriority, high: (one.quorumByPriority.high ?? 0) + 1 },
  })),
  fc.record({ server, quorum }).map((more) => (one: ApprovalPolicy) => ({
    ...one,
    quorumByServer: [...one.quorumByServer, more],
  })),
  approver.map((more) => (one: ApprovalPolicy) => ({ ...one, approvers: [more, ...one.approvers] })),
  fc.constant((one: ApprovalPolicy) => ({
    ...one,
    approvers: one.approvers.map((rule) => (rule.count ? { ...rule, count: rule.count + 1 } : rule)),
  })),
  fc.constant((one: ApprovalPolicy) => ({
    ...one,
    // Fewer of them, as long as somebody is named at all.
    approvers: one.approvers.map((rule) =>
      rule.people.length > 1 ? { ...rule, people: rule.people.slice(1), roles: [] } : rule,
    ),
  })),
);

/** Said again, in another way than the rule does. */
function counts(one: CastVote, { bound, inForce }: PolicyPair, proposerId: number): boolean {
  const self = one.userId === proposerId || one.raisedByProposerAt === NOW;
  const valid = one.decision === 'approved' && one.digest === DIGEST && one.stillEntitled;
  const alone = (bound.secondPerson || inForce.secondPerson) && self;
  const weak = (bound.mfa.approve || inForce.mfa.approve) && !one.secondFactor;
  return valid && !alone && !weak;
}

describe('whatever the policies and the votes', () => {
  it('the order of votes changes nothing', () => {
    fc.assert(
      fc.property(rules, proposal, votes, (pair, about, cast) => {
        const folded = foldVotes(pair, about, cast);
        const shuffles = [[...cast].reverse(), [...cast].sort((a, b) => a.userId - b.userId)];
        for (const order of shuffles) expect(foldVotes(pair, about, order)).toEqual(folded);
      }),
    );
  });

  it('repeating votes changes nothing', () => {
    fc.assert(
      fc.property(rules, proposal, votes, (pair, about, cast) => {
        expect(foldVotes(pair, about, [...cast, ...cast, ...cast])).toEqual(foldVotes(pair, about, cast));
        expect(foldVotes(pair, about, cast).have).toBeLessThanOrEqual(new Set(cast.map((one) => one.userId)).size);
      }),
    );
  });

  it('taking a vote away never lowers what is missing, and one more lowers it by one at most', () => {
    fc.assert(
      fc.property(rules, proposal, votes, (pair, about, cast) => {
        const with_ = foldVotes(pair, about, cast);
        for (const index of cast.keys()) {
          const without = foldVotes(pair, about, cast.toSpliced(index, 1));
          const [less, more] = [moreNeeded(with_.missing), moreNeeded(without.missing)];
          expect(more).toBeGreaterThanOrEqual(less);
          if (!with_.breakGlass) expect(more - less).toBeLessThanOrEqual(1);
          for (const { count } of with_.missing) expect(count).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('a stricter policy never approves more, neither bound nor in force', () => {
    fc.assert(
      fc.property(rules, proposal, votes, stricter, fc.boolean(), (pair, about, cast, tighten, bound) => {
        const tight = bound ? { ...pair, bound: tighten(pair.bound) } : { ...pair, inForce: tighten(pair.inForce) };
        const before = moreNeeded(foldVotes(pair, about, cast).missing);
        const after = moreNeeded(foldVotes(tight, about, cast).missing);
        expect(after).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('a policy that was loosened approves nothing that the bound one did not; but an emergency is one of now', () => {
    fc.assert(
      fc.property(policy, policy, proposal, votes, (bound, loose, about, cast) => {
        const alone = foldVotes({ bound, inForce: bound }, about, cast);
        const both = foldVotes({ bound, inForce: { ...loose, version: 2, breakGlass: false } }, about, cast);
        if (both.missing.length === 0) expect(alone.missing).toEqual([]);
      }),
    );
  });

  it('it is approved exactly when every requirement has as many different people as it asks for', () => {
    fc.assert(
      fc.property(rules, proposal, votes, (pair, about, cast) => {
        const decider = { userId: 99, username: 'p99', role: 'admin' as const, signed: true, raisedByProposerAt: null };
        const decided = decideApproval({
          proposal: about,
          votes: cast.map((one) => ({ ...one, breakGlass: false })),
          decision: 'approved',
          decider: { ...decider, secondFactor: true },
          rules: pair,
          breakGlass: false,
          seenDigest: DIGEST,
          now: NOW,
        });
        const requirements = requirementsOf(pair, about);
        if (!decided.ok) {
          expect(decided.refusal.code).toBe('not_entitled');
          expect(requirements.some((one) => fits(one, decider))).toBe(false);
          return;
        }
        const people = new Map<number, Consenting>([[99, decider]]);
        for (const one of cast) {
          if (!counts(one, pair, about.proposerId)) continue;
          people.set(one.userId, { ...one, signed: one.signed || (people.get(one.userId)?.signed ?? false) });
        }
        const lacks = requirements.map(
          (one) => one.count - [...people.values()].filter((who) => fits(one, who)).length,
        );
        expect(decided.value.approvalsNeeded).toBe(Math.max(0, ...lacks));
        expect(decided.value.transition !== null).toBe(Math.max(0, ...lacks) === 0);
      }),
      { numRuns: 300 },
    );
  });
});
