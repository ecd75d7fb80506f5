import { PROPOSAL_STATUSES } from '@mcp-coordinator/contract/remediations.contract';
import { describe, expect, it } from 'vitest';
import { policyOf, subjectOf, voteOf } from '../testing/policy-of.ts';
import type { DecidableProposal } from './decide-approval.ts';
import { decideStart } from './decide-start.ts';

const NOW = new Date('2026-07-01T12:00:00Z');
const proposal: DecidableProposal = { ...subjectOf(), id: 'P-1', status: 'approved', expiresAt: null };
const shut = [{ days: ['mon' as const], from: '08:00', to: '09:00', timeZone: 'UTC' }];

type Input = Parameters<typeof decideStart>[0];
const start = (policy = policyOf(), more: Partial<Input> = {}, bound = policy) =>
  decideStart({
    proposal,
    votes: [voteOf(2)],
    rules: { bound, inForce: { ...policy, version: 2 } },
    secondFactor: false,
    now: NOW,
    ...more,
  });
const codeOf = (...given: Parameters<typeof start>) => {
  const decided = start(...given);
  return decided.ok ? 'ok' : decided.refusal.code;
};

it.each(PROPOSAL_STATUSES)('from %s', (status) => {
  expect(codeOf(policyOf(), { proposal: { ...proposal, status } })).toBe(
    status === 'approved' ? 'ok' : 'invalid_transition',
  );
});

it('answers the transition', () => {
  expect(start()).toEqual({
    ok: true,
    value: { transition: { move: 'execute', from: 'approved', to: 'executing' }, breakGlass: false },
  });
});

it('not once the approval has expired', () => {
  const at = (ms: number) => ({ proposal: { ...proposal, expiresAt: new Date(NOW.getTime() + ms) } });
  expect([codeOf(policyOf(), at(1)), codeOf(policyOf(), at(0)), codeOf(policyOf(), at(-1))]).toEqual([
    'ok',
    'invalid_transition',
    'invalid_transition',
  ]);
});

describe('the policy in force decides, and the one it was approved under', () => {
  it('a stricter one makes it wait, and says for whom', () => {
    const approvers = [{ roles: [], people: ['ana', 'bea'] }];
    const refused = start(policyOf({ approvers }), {}, policyOf());
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'approvals_missing' } });
    expect(!refused.ok && refused.refusal.detail).toContain('needs 1 more of: ana, bea');
    expect(!refused.ok && refused.refusal.detail).toContain('the approval of person-2 does not count');
  });

  it('a looser one changes nothing', () => {
    expect(codeOf(policyOf(), {}, policyOf({ quorum: 2 }))).toBe('approvals_missing');
    expect(codeOf(policyOf(), {}, policyOf({ changeWindows: shut }))).toBe('outside_change_window');
  });

  it('a voter who lost the right does not count', () => {
    expect(codeOf(policyOf(), { votes: [voteOf(2, { stillEntitled: false })] })).toBe('approvals_missing');
  });

  it('windows and second factor are asked for', () => {
    expect(codeOf(policyOf({ changeWindows: shut }))).toBe('outside_change_window');
    const mfa = { approve: false, execute: true, manageUsers: false };
    expect(codeOf(policyOf({ mfa }))).toBe('second_factor_missing');
    expect(codeOf(policyOf({ mfa }), { secondFactor: true })).toBe('ok');
  });
});

it('what was approved past the rules runs at any time, while the policy allows it', () => {
  const votes = [voteOf(2, { breakGlass: true, secondFactor: true, role: 'admin' })];
  const policy = policyOf({ quorum: 3, breakGlass: true, changeWindows: shut });
  expect(start(policy, { votes })).toMatchObject({ ok: true, value: { breakGlass: true } });
  expect(codeOf({ ...policy, breakGlass: false }, { votes }, policy)).toBe('approvals_missing');
});
