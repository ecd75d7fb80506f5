import { PRIORITIES } from '@mcp-coordinator/contract/remediations.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalsNeeded, type CastVote, countApprovals, decideApproval } from './decide-approval.ts';

const NOW = new Date('2026-01-02T00:00:00Z');
const DIGEST = 'sha256:one';
const votes = fc.array(
  fc.record<CastVote>({
    userId: fc.integer({ min: 1, max: 6 }),
    decision: fc.constantFrom('approved', 'rejected'),
    digest: fc.constantFrom(DIGEST, 'sha256:two'),
    stillEntitled: fc.boolean(),
  }),
  { maxLength: 12 },
);
const policy = fc.record({
  version: fc.constant(1),
  quorum: fc.integer({ min: 1, max: 5 }),
  quorumCritical: fc.integer({ min: 1, max: 5 }),
  secondPerson: fc.boolean(),
});
const proposal = fc.record({
  id: fc.constant('p-1'),
  status: fc.constant('pending' as const),
  priority: fc.constantFrom(...PRIORITIES),
  digest: fc.constant(DIGEST),
  expiresAt: fc.constant(null),
  proposerId: fc.integer({ min: 1, max: 6 }),
});

describe('whatever the votes', () => {
  it('their order changes nothing', () => {
    fc.assert(
      fc.property(votes, policy, proposal, fc.integer({ min: 1, max: 9 }), (cast, rules, about, userId) => {
        const decide = (order: CastVote[]) =>
          decideApproval({
            proposal: about,
            votes: order,
            decision: 'approved',
            decider: { userId, raisedByProposerAt: null },
            policy: rules,
            seenDigest: undefined,
            now: NOW,
          });
        expect(decide([...cast].reverse())).toEqual(decide(cast));
        expect(decide([...cast].sort((a, b) => a.userId - b.userId))).toEqual(decide(cast));
      }),
    );
  });

  it('one more never raises what is needed, and lowers it by one at most', () => {
    fc.assert(
      fc.property(votes, votes, policy, proposal, (cast, more, rules, about) => {
        let needed = approvalsNeeded(rules, about, cast);
        expect(needed).toBeGreaterThanOrEqual(0);
        for (const [index] of more.entries()) {
          const after = approvalsNeeded(rules, about, [...cast, ...more.slice(0, index + 1)]);
          expect([needed, Math.max(0, needed - 1)]).toContain(after);
          needed = after;
        }
      }),
    );
  });

  it('nobody counts twice: repeated votes are one, and no more count than there are people', () => {
    fc.assert(
      fc.property(votes, (cast) => {
        const counted = countApprovals(cast, DIGEST);
        expect(countApprovals([...cast, ...cast, ...cast], DIGEST)).toBe(counted);
        expect(counted).toBeLessThanOrEqual(new Set(cast.map((vote) => vote.userId)).size);
      }),
    );
  });

  it('it is approved exactly when as many different people as asked for approved, the last one among them', () => {
    fc.assert(
      fc.property(votes, policy, proposal, (cast, rules, about) => {
        const userId = 99;
        const decided = decideApproval({
          proposal: about,
          votes: cast,
          decision: 'approved',
          decider: { userId, raisedByProposerAt: null },
          policy: rules,
          seenDigest: DIGEST,
          now: NOW,
        });
        const people = new Set(
          cast.flatMap((one) =>
            one.decision === 'approved' && one.digest === DIGEST && one.stillEntitled ? [one.userId] : [],
          ),
        ).add(userId);
        const asked = about.priority === 'critical' ? Math.max(rules.quorum, rules.quorumCritical) : rules.quorum;
        expect(decided.ok && decided.value.transition !== null).toBe(people.size >= asked);
        expect(decided.ok && decided.value.approvalsNeeded).toBe(Math.max(0, asked - people.size));
      }),
    );
  });
});
