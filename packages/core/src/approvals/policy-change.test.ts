import { approvalPolicySchema, POLICY_CHANGE_STATUSES } from '@mcp-coordinator/contract/policies.contract';
import { describe, expect, it } from 'vitest';
import { moveFrom } from '../state-machine.ts';
import { arrowsOf } from '../testing/arrows.ts';
import { policyOf } from '../testing/policy-of.ts';
import { policyErrors } from './check-policy.ts';
import { type DecidablePolicyChange, decidePolicyChange } from './decide-policy-change.ts';
import { decideReview } from './decide-review.ts';
import { POLICY_CHANGE_MOVES } from './policy-change-states.ts';
import { policyDifferences } from './policy-differences.ts';
import { raisedBy } from './second-person.ts';

const NOW = new Date('2026-01-02T00:00:00Z');
const HOUR = 3_600_000;
const change: DecidablePolicyChange = {
  id: 'c-1',
  status: 'pending',
  baseVersion: 3,
  expiresAt: new Date(NOW.getTime() + HOUR),
  proposerId: 1,
};
const decide = (more: Partial<Parameters<typeof decidePolicyChange>[0]> = {}) => {
  const decided = decidePolicyChange({
    change,
    decision: 'approved',
    decider: { userId: 2, raisedByProposerAt: null },
    version: 3,
    now: NOW,
    ...more,
  });
  return decided.ok ? decided.value.to : decided.refusal.code;
};

describe('a change of the policy', () => {
  it('has one life', () => {
    expect(arrowsOf(POLICY_CHANGE_MOVES, POLICY_CHANGE_STATUSES)).toEqual([
      'pending → applied',
      'pending → expired',
      'pending → rejected',
      'pending → superseded',
    ]);
    for (const status of POLICY_CHANGE_STATUSES)
      expect(moveFrom(POLICY_CHANGE_MOVES, status, 'apply', 'it').ok).toBe(status === 'pending');
  });

  it.each(POLICY_CHANGE_STATUSES)('that is %s', (status) => {
    const [approved, rejected] = (['approved', 'rejected'] as const).map((decision) =>
      decide({ change: { ...change, status }, decision }),
    );
    expect([approved, rejected]).toEqual(
      status === 'pending' ? ['applied', 'rejected'] : ['invalid_transition', 'invalid_transition'],
    );
  });

  it('is someone else’s to approve, and anyone’s to reject', () => {
    const self = { userId: 1, raisedByProposerAt: null };
    const raised = { userId: 2, raisedByProposerAt: NOW };
    expect([decide({ decider: self }), decide({ decider: raised })]).toEqual(['self_approval', 'self_approval']);
    expect(decide({ decider: { ...raised, raisedByProposerAt: new Date(NOW.getTime() - 24 * HOUR) } })).toBe('applied');
    expect(decide({ decider: self, decision: 'rejected' })).toBe('rejected');
  });

  it('stands on the version in force', () => {
    expect(decide({ version: 4 })).toBe('policy_changed');
    expect(decide({ version: 4, decision: 'rejected' })).toBe('rejected');
  });

  it('expires', () => {
    const at = (ms: number) => decide({ change: { ...change, expiresAt: new Date(NOW.getTime() + ms) } });
    expect([at(1), at(0)]).toEqual(['applied', 'invalid_transition']);
    expect(decide({ change: { ...change, expiresAt: null } })).toBe('applied');
  });
});

describe('the review of an approval past the rules', () => {
  const review = (
    userId: number,
    raisedAt: Date | null = null,
    state: 'pending' | 'approved' | 'rejected' = 'pending',
  ) => {
    const may = decideReview({ of: { id: 'a-1', userId: 1, review: state }, reviewer: { userId, raisedAt }, now: NOW });
    return may.ok ? 'ok' : may.refusal.code;
  };
  it('is by somebody else, once', () => {
    expect([review(2), review(1), review(2, NOW)]).toEqual(['ok', 'self_approval', 'self_approval']);
    expect(review(2, new Date(NOW.getTime() - 24 * HOUR))).toBe('ok');
    expect([review(2, null, 'approved'), review(2, null, 'rejected')]).toEqual([
      'invalid_transition',
      'invalid_transition',
    ]);
  });
});

it('who raised an account: the latest time counts, and only theirs', () => {
  const [early, late] = [new Date(1), new Date(2)];
  const account = {
    ...{ createdAt: early, createdBy: 1, roleChangedAt: late, roleChangedBy: 1 },
    ...{ accessGivenAt: null, accessGivenBy: null },
  };
  const one = { proposerId: 1 };
  expect(raisedBy(account, one)).toEqual(late);
  expect(raisedBy({ ...account, createdAt: late, roleChangedAt: early }, one)).toEqual(late);
  expect(raisedBy({ ...account, roleChangedBy: 2 }, one)).toEqual(early);
  expect(raisedBy({ ...account, createdBy: null }, one)).toEqual(late);
  expect(raisedBy(account, { proposerId: 3 })).toBeNull();
  expect(raisedBy(account, { proposerId: 3, keyMadeBy: 1 })).toEqual(late);
  const letIn = { ...account, createdBy: 2, roleChangedBy: 2, accessGivenAt: late, accessGivenBy: 1 };
  expect(raisedBy(letIn, one)).toEqual(late);
  expect(raisedBy({ ...letIn, accessGivenBy: null }, one)).toBeNull();
  expect(raisedBy({ ...letIn, createdBy: 1, accessGivenAt: early, createdAt: late }, one)).toEqual(late);
});

describe('differences', () => {
  it('are told field by field, lists as a whole, what is absent as null', () => {
    const before = policyOf({ quorumByPriority: { critical: 2 } });
    const { version: _, ...after } = policyOf({ quorum: 2, changeWindows: [], mfa: { ...before.mfa, approve: true } });
    expect(policyDifferences(before, after)).toEqual([
      { path: '/mfa/approve', before: false, after: true },
      { path: '/quorum', before: 1, after: 2 },
      { path: '/quorumByPriority/critical', before: 2, after: null },
      { path: '/version', before: 1, after: null },
    ]);
    const approvers = [{ roles: [], people: ['ana'] }];
    expect(policyDifferences(policyOf(), policyOf({ approvers }))).toEqual([
      { path: '/approvers', before: [], after: approvers },
    ]);
  });

  it('are none between the same in another order of keys', () => {
    const policy = policyOf({ quorumByPriority: { low: 1, critical: 2 } });
    const reversed = Object.fromEntries(Object.entries(policy).reverse());
    expect(policyDifferences(policy, { ...reversed, quorumByPriority: { critical: 2, low: 1 } })).toEqual([]);
    expect(policyDifferences({ a: undefined }, {})).toEqual([]);
  });
});

describe('a policy that could not be met', () => {
  const errors = (more: Parameters<typeof policyOf>[0], may = ['ana', 'bea']) =>
    policyErrors(policyOf(more), new Set(may)).map(({ path }) => path);
  const people = (...names: string[]) => [{ roles: [], people: names }];

  it('names people who may not approve', () => {
    expect(errors({ approvers: people('ana') })).toEqual([]);
    expect(errors({ approvers: people('bea', 'cyd', 'ana') })).toEqual(['/policy/approvers/0/people/1']);
  });

  it('asks for more people than it names', () => {
    expect(errors({ quorum: 2, approvers: people('ana') })).toEqual(['/policy/approvers/0']);
    expect(errors({ quorum: 2, approvers: people('ana', 'ana') })).toEqual(['/policy/approvers/0']);
    expect(errors({ quorum: 2, approvers: [{ ...people('ana')[0]!, count: 1 }] })).toEqual([]);
    expect(errors({ approvers: [{ ...people('ana')[0]!, count: 2 }] })).toEqual(['/policy/approvers/0']);
    expect(errors({ approvers: [{ roles: ['admin'], people: ['ana'], count: 9 }] })).toEqual([]);
    expect(errors({ quorumByPriority: { critical: 2 }, approvers: people('ana') })).toEqual(['/policy/approvers/0']);
    const quorumByServer = [{ server: { name: '*' }, quorum: 2 }];
    expect(errors({ quorumByServer, approvers: people('ana') })).toEqual(['/policy/approvers/0']);
  });
});

describe('the document', () => {
  const { version: _, ...document } = policyOf();
  it('is whole, and holds nothing else', () => {
    expect(approvalPolicySchema.parse(document)).toEqual(document);
    for (const name of Object.keys(document))
      expect(approvalPolicySchema.safeParse({ ...document, [name]: undefined }).success, name).toBe(false);
    expect(approvalPolicySchema.safeParse({ ...document, version: 1 }).success).toBe(false);
    expect(approvalPolicySchema.safeParse({ ...document, mfa: { ...document.mfa, breakGlass: false } }).success).toBe(
      false,
    );
    expect(approvalPolicySchema.safeParse({ ...document, approvers: [{ people: [], roles: [] }] }).success).toBe(false);
    expect(approvalPolicySchema.safeParse({ ...document, quorumByServer: [{ server: {}, quorum: 2 }] }).success).toBe(
      false,
    );
    expect(approvalPolicySchema.safeParse({ ...document, quorum: 0 }).success).toBe(false);
  });
});
