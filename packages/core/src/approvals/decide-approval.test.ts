import { PRIORITIES, PROPOSAL_STATUSES } from '@mcp-coordinator/contract/remediations.contract';
import { describe, expect, it } from 'vitest';
import {
  approvalsNeeded,
  type CastVote,
  countApprovals,
  type DecidableProposal,
  decideApproval,
} from './decide-approval.ts';

const NOW = new Date('2026-01-02T00:00:00Z');
const HOUR = 3_600_000;
const proposal: DecidableProposal = {
  id: 'P-1',
  status: 'pending',
  priority: 'high',
  digest: 'sha256:one',
  expiresAt: new Date(NOW.getTime() + HOUR),
  proposerId: 1,
};
const policy = { version: 1, quorum: 1, quorumCritical: 2, secondPerson: true };
const vote = (userId: number, more: Partial<CastVote> = {}): CastVote => ({
  userId,
  decision: 'approved',
  digest: 'sha256:one',
  stillEntitled: true,
  ...more,
});
type Input = Parameters<typeof decideApproval>[0];
const decide = (more: Partial<Input> = {}) =>
  decideApproval({
    proposal,
    votes: [],
    decision: 'approved',
    decider: { userId: 2, raisedByProposerAt: null },
    policy,
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
    const decided = decide({ proposal: { ...proposal, status }, decision });
    if (status !== 'pending')
      return expect(decided).toMatchObject({ ok: false, refusal: { code: 'invalid_transition' } });
    const move = decision === 'approved' ? 'approve' : 'reject';
    expect(decided).toEqual({
      ok: true,
      value: { transition: { move, from: 'pending', to: decision }, approvalsNeeded: 0, selfApproved: false },
    });
  });
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
    expect(countApprovals([...votes, vote(6, { stillEntitled: false }), vote(7)], 'sha256:one')).toBe(2);
    expect(approvalsNeeded({ ...policy, quorum: 4 }, proposal, votes)).toBe(3);
    expect(approvalsNeeded({ ...policy, quorum: 1 }, proposal, [vote(3), vote(4)])).toBe(0);
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
