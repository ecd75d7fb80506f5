import { describe, expect, it } from 'vitest';
import { type ApprovalTokenState, judgeApprovalToken } from './approval-token.ts';

const NOW = new Date('2026-01-01T12:00:00Z');
const MINUTE = 60_000;
const DIGEST = 'sha256:one';
const fresh: ApprovalTokenState = {
  userId: 7,
  holderMay: true,
  expiresAt: new Date(NOW.getTime() + 15 * MINUTE),
  revoked: false,
  redeemed: false,
  approved: false,
  proposalId: null,
  assessmentId: null,
  policyChangeId: null,
  reviewOf: null,
  digest: null,
};
const subjects = {
  proposal: { kind: 'proposal', id: 'p-1', digest: DIGEST },
  assessment: { kind: 'assessment', id: 'a-1', digest: DIGEST },
  policyChange: { kind: 'policy_change', id: 'c-1', digest: DIGEST },
  review: { kind: 'review', id: 'v-1', digest: DIGEST },
} as const;

function judge(
  state: Partial<ApprovalTokenState> | undefined,
  purpose: 'approve' | 'redeem' = 'approve',
  kind: keyof typeof subjects = 'proposal',
) {
  const token = state && { ...fresh, ...state };
  const judged = judgeApprovalToken(token, { purpose, userId: 7, subject: subjects[kind], now: NOW });
  if (judged.ok) expect(judged.value).toBe(token);
  else expect(judged.refusal.detail).toMatch(/^The approval token \w.+ Nothing was changed\./);
  return judged.ok ? 'ok' : judged.refusal.code.replace('approval_token_', '');
}

describe.each(['approve', 'redeem'] as const)('to %s', (purpose) => {
  it.each([
    ['fresh', {}, 'ok'],
    ['a stranger’s', { userId: 8 }, 'foreign'],
    ['revoked', { revoked: true }, 'revoked'],
    ['of someone who may approve no longer', { holderMay: false }, 'revoked'],
    ['redeemed', { redeemed: true }, 'used'],
    ['used for its one approval', { approved: true }, purpose === 'approve' ? 'used' : 'ok'],
    ['a millisecond before its end', { expiresAt: new Date(NOW.getTime() + 1) }, 'ok'],
    ['at its end', { expiresAt: NOW }, 'expired'],
    ['after its end', { expiresAt: new Date(NOW.getTime() - 1) }, 'expired'],
    ['bound to this proposal', { proposalId: 'p-1' }, 'ok'],
    ['bound to this proposal and digest', { proposalId: 'p-1', digest: DIGEST }, 'ok'],
    ['bound to another proposal', { proposalId: 'p-2' }, 'bound'],
    ['bound to another digest', { proposalId: 'p-1', digest: 'sha256:two' }, 'bound'],
    ['bound to an assessment', { assessmentId: 'a-1' }, 'bound'],
    ['bound to a policy change', { policyChangeId: 'p-1' }, 'bound'],
    ['bound to a review', { reviewOf: 'p-1' }, 'bound'],
    ['bound to an assessment of the same id', { assessmentId: 'p-1', digest: DIGEST }, 'bound'],
  ] as const)('a token that is %s', (_, state, expected) => {
    expect(judge(state, purpose)).toBe(expected);
  });

  it('an unknown token', () => {
    expect(judge(undefined, purpose)).toBe('unknown');
  });
});

describe('for an assessment', () => {
  it.each([
    ['fresh', {}, 'ok'],
    ['bound to it', { assessmentId: 'a-1', digest: DIGEST }, 'ok'],
    ['bound to another', { assessmentId: 'a-2' }, 'bound'],
    ['bound to another digest', { assessmentId: 'a-1', digest: 'sha256:two' }, 'bound'],
    ['bound to a proposal of its id', { proposalId: 'a-1' }, 'bound'],
  ] as const)('a token that is %s', (_, state, expected) => {
    expect(judge(state, 'approve', 'assessment')).toBe(expected);
  });
});

describe.each([
  ['policyChange', 'policyChangeId', 'c-1'],
  ['review', 'reviewOf', 'v-1'],
] as const)('for a %s', (kind, field, id) => {
  it('it must have been minted for it, and for it alone', () => {
    expect(judge({}, 'approve', kind)).toBe('bound');
    expect(judge({ [field]: id, digest: DIGEST }, 'approve', kind)).toBe('ok');
    expect(judge({ [field]: 'other' }, 'approve', kind)).toBe('bound');
    expect(judge({ [field]: id, digest: 'sha256:two' }, 'approve', kind)).toBe('bound');
    for (const other of ['proposalId', 'assessmentId', 'policyChangeId', 'reviewOf'] as const)
      if (other !== field) expect(judge({ [other]: id }, 'approve', kind)).toBe('bound');
    expect(judge({ [field]: id }, 'approve', 'proposal')).toBe('bound');
  });
});

describe('of several faults', () => {
  const all: Partial<ApprovalTokenState> = {
    userId: 8,
    revoked: true,
    holderMay: false,
    redeemed: true,
    approved: true,
    expiresAt: NOW,
    proposalId: 'p-2',
  };

  it('it names the first, so that whose a token is comes before what became of it', () => {
    const order: (keyof ApprovalTokenState)[] = [
      'userId',
      'revoked',
      'holderMay',
      'proposalId',
      'redeemed',
      'expiresAt',
    ];
    const codes: string[] = [];
    let state = { ...all, approved: false };
    for (const field of order) {
      codes.push(judge(state));
      state = { ...state, [field]: fresh[field] };
    }
    expect([...codes, judge(state)]).toEqual(['foreign', 'revoked', 'revoked', 'bound', 'used', 'expired', 'ok']);
  });
});
