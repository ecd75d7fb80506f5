import { PROPOSAL_STATUSES, type Proposal } from '@mcp-coordinator/contract/remediations.contract';
import type { RegisteredServer } from '@mcp-coordinator/contract/servers.contract';
import { PROPOSAL_MOVES } from '@mcp-coordinator/core/remediations/proposal-states';
import { canMove } from '@mcp-coordinator/core/state-machine';
import { expect, it } from 'vitest';
import type { Me } from '../auth/me.ts';
import { asksPasskeyOf } from './asked-passkeys.ts';
import { reviewReadiness } from './review-readiness.ts';

const NOW = Date.parse('2026-11-24T14:00:00Z');
const approver: Me = { username: 'ana', role: 'approver', permissions: ['approve_remediation', 'execute_remediation'] };
const user: Me = { username: 'ugo', role: 'user', permissions: ['view_results'] };

// Only what the rule reads; the rest of a proposal does not matter to it.
const proposal = (part: Partial<Proposal> = {}) =>
  ({
    status: 'pending',
    proposedBy: 'ugo',
    expiresAt: '2026-11-24T17:00:00Z',
    approvalsNeeded: 1,
    votes: [],
    policy: { version: 1, quorum: 1, secondPerson: true },
    reason: null,
    ...part,
  }) as unknown as Proposal;
const vote = (username: string) => ({
  approvalId: 'a',
  username,
  decision: 'approved' as const,
  reason: 'r',
  at: '2026-11-24T13:00:00Z',
  selfApproved: false,
  breakGlass: false,
  signed: false,
});
const away = { id: 'laptop-3', status: 'unreachable' } as RegisteredServer;
const look = (part: Partial<Proposal>, me = approver, servers: RegisteredServer[] = []) =>
  reviewReadiness({ proposal: proposal(part), me, servers, now: NOW });
const text = ({ lines }: ReturnType<typeof look>) => lines.map((line) => line.text).join(' · ');

it('lets another person approve or reject what is pending', () => {
  const seen = look({});
  expect(seen).toMatchObject({ approve: undefined, reject: undefined, run: 'It must be approved first' });
  expect(text(seen)).toBe(
    'Dry run passed · You are not the requester · You would be approval 1 of 1: then it can be run',
  );
});

it('counts towards the quorum', () => {
  const policy = { version: 1, quorum: 3, secondPerson: true };
  expect(text(look({ policy, votes: [vote('bea')], approvalsNeeded: 2 }))).toContain(
    'approval 2 of 3: 1 more after yours',
  );
});

it('keeps the requester from approving, but not from withdrawing', () => {
  const seen = look({ proposedBy: 'ana' });
  expect(seen.approve).toMatch(/someone else must approve/);
  expect(seen.reject).toBeUndefined();
});

it('lets the requester approve where the policy does, and says so', () => {
  const seen = look({ proposedBy: 'ana', policy: { version: 1, quorum: 1, secondPerson: false } });
  expect(seen.approve).toBeUndefined();
  expect(text(seen)).toContain('marked as your own');
});

it('gives one person one vote', () => {
  const seen = look({ votes: [vote('ana')], approvalsNeeded: 1 });
  expect(seen.approve).toBe('You approved it already');
  expect(seen.reject).toBe('You approved it already');
  expect(text(seen)).toBe('Dry run passed · You approved it · One more approval is needed');
});

it('says what a role may not', () => {
  expect(look({}, user).approve).toMatch(/Your role user may not approve or reject/);
  expect(look({ status: 'approved' }, user).run).toMatch(/Your role user may not run changes/);
});

it('waits for a machine that is away, except with a no', () => {
  const seen = look({}, approver, [away]);
  expect(seen.approve).toMatch(/laptop-3 cannot be reached/);
  expect(seen.reject).toBeUndefined();
  expect(look({ status: 'approved' }, approver, [away]).run).toMatch(/laptop-3/);
});

it('takes no approval on a dry run that no longer holds, but a no', () => {
  const stale = ['/home/a/.cursor/mcp.json'];
  const seen = reviewReadiness({ proposal: proposal(), me: approver, servers: [], stale, now: NOW });
  expect(seen.approve).toBe('The dry run is stale: /home/a/.cursor/mcp.json changed since. Propose the change anew');
  expect(text(seen)).toContain('The dry run is stale');
  expect(seen.reject).toBeUndefined();
  const approved = proposal({ status: 'approved' });
  expect(reviewReadiness({ proposal: approved, me: approver, servers: [], stale, now: NOW }).run).toMatch(/stale/);
});

it('says who has decided', () => {
  const no = { ...vote('bea'), decision: 'rejected' as const };
  expect(look({ status: 'rejected', votes: [no] }).approve).toBe('It was rejected by bea already');
});

it('says whose passkey is asked for, and by which machine', () => {
  const missing = { count: 1, of: { people: ['ana', 'bea'], roles: [] }, passkey: true, installerId: 'laptop-1' };
  const approval = { needed: 1, have: 0, missing: [missing], reasons: ['needs 1 more of: ana'] };
  expect(text(look({ approval }))).toContain(
    'Needs 1 more of: ana, bea, signed with a passkey that laptop-1 verifies by itself',
  );
  expect(asksPasskeyOf({ approval }, approver)).toBe(true);
  expect(asksPasskeyOf({ approval }, user)).toBe(false);
  const anyone = { ...approval, missing: [{ ...missing, of: 'any approver' as const }] };
  expect(asksPasskeyOf({ approval: anyone }, user)).toBe(true);
  expect(asksPasskeyOf({ approval: { ...approval, missing: [{ ...missing, passkey: false }] } }, approver)).toBe(false);
});

it('takes more approvals of what was approved under rules that became stricter, and does not run it', () => {
  const missing = [{ count: 1, of: 'any approver' as const, passkey: false, installerId: null }];
  const approval = { needed: 2, have: 1, missing, reasons: ['needs 1 more of: any approver'] };
  const seen = look({ status: 'approved', approval, votes: [vote('bea')] });
  expect(seen).toMatchObject({ approve: undefined, run: 'It needs more approvals first' });
  expect(text(seen)).toBe('Approved, and needs 1 more of: any approver');
  expect(look({ status: 'approved', approval, votes: [vote('ana')] }).approve).toBe('You approved it already');
});

it('closes at the minute it expires', () => {
  expect(look({ expiresAt: '2026-11-24T14:00:00Z' }).approve).toMatch(/expired/);
});

it.each(PROPOSAL_STATUSES)('allows while %s no more than the state machine does', (status) => {
  const seen = look({ status });
  expect(seen.approve === undefined).toBe(canMove(PROPOSAL_MOVES, status, 'approve'));
  expect(seen.reject === undefined).toBe(canMove(PROPOSAL_MOVES, status, 'reject'));
  expect(seen.run === undefined).toBe(canMove(PROPOSAL_MOVES, status, 'execute'));
});
