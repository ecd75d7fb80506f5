import { APPROVING_ROLES, ROLE_PERMISSIONS, ROLES } from '@mcp-coordinator/contract/permissions';
import { PRIORITIES } from '@mcp-coordinator/contract/remediations.contract';
import { describe, expect, it } from 'vitest';
import { policyOf, subjectOf } from '../testing/policy-of.ts';
import { asksSecondFactor, asksSecondPerson, bothOf, covers, mfaRequired, quorumFor } from './approval-policy.ts';

const subject = subjectOf();

describe('the quorum', () => {
  const critical = (quorum: number, more: number) => policyOf({ quorum, quorumByPriority: { critical: more } });

  it('is another by priority, and never less than that of all', () => {
    const of = (policy: ReturnType<typeof policyOf>) =>
      PRIORITIES.map((priority) => quorumFor(policy, { ...subject, priority }));
    expect(of(critical(1, 3))).toEqual([1, 1, 1, 3]);
    expect(of(critical(4, 2))).toEqual([4, 4, 4, 4]);
    expect(of(policyOf({ quorumByPriority: { low: 2, medium: 3, high: 4 } }))).toEqual([2, 3, 4, 1]);
  });

  it.each([
    [{ name: 'mem*' }, 3],
    [{ name: 'MEMORY' }, 3],
    [{ name: 'mem' }, 1],
    [{ client: 'kilocode' as const }, 3],
    [{ client: 'zed' as const }, 1],
    [{ installerId: 'laptop-?' }, 3],
    [{ installerId: 'desktop-*' }, 1],
    [{ name: '*', client: 'zed' as const }, 1],
  ])('is another for a server that is %j', (server, expected) => {
    expect(quorumFor(policyOf({ quorumByServer: [{ server, quorum: 3 }] }), subject)).toBe(expected);
  });

  it('takes the highest of all that fit, and of any action', () => {
    const quorumByServer = [2, 4, 3].map((quorum) => ({ server: { name: 'a' }, quorum }));
    const [action] = subject.actions;
    const both = [
      { ...action!, serverName: 'b' },
      { ...action!, serverName: 'a' },
    ];
    expect(quorumFor(policyOf({ quorumByServer }), { ...subject, actions: both })).toBe(4);
    expect(quorumFor(policyOf({ quorumByServer }), { ...subject, actions: both.slice(0, 1) })).toBe(1);
  });
});

describe('an approver rule', () => {
  const rule = { roles: [], people: ['ana'] };
  it.each([
    [{}, true],
    [{ actionTypes: ['install_server' as const] }, true],
    [{ actionTypes: ['remove_server' as const] }, false],
    [{ priorities: ['high' as const] }, true],
    [{ priorities: ['low' as const, 'critical' as const] }, false],
    [{ servers: [{ name: 'x' }, { name: 'memory' }] }, true],
    [{ servers: [{ name: 'x' }] }, false],
    [{ servers: [{ name: 'memory' }], actionTypes: ['remove_server' as const] }, false],
  ])('with %j covers: %s', (more, expected) => {
    expect(covers({ ...rule, ...more }, subject)).toBe(expected);
  });

  it('asks type and server of one and the same action', () => {
    const [action] = subject.actions;
    const actions = [action!, { ...action!, type: 'remove_server' as const, serverName: 'postgres' }];
    const of = (name: string) =>
      covers({ ...rule, actionTypes: ['remove_server'], servers: [{ name }] }, { ...subject, actions });
    expect([of('postgres'), of('memory')]).toEqual([true, false]);
  });
});

describe('of two policies', () => {
  const lax = policyOf();
  const strict = policyOf({ version: 2, secondPerson: true, mfa: { approve: true, execute: true, manageUsers: true } });

  it('what either asks for is asked for', () => {
    expect(bothOf({ bound: lax, inForce: lax })).toEqual([lax]);
    expect(bothOf({ bound: lax, inForce: strict })).toEqual([lax, strict]);
    for (const rules of [
      { bound: lax, inForce: strict },
      { bound: strict, inForce: lax },
    ]) {
      expect(asksSecondPerson(rules)).toBe(true);
      expect(asksSecondFactor(rules, 'approve')).toBe(true);
    }
    expect(asksSecondPerson({ bound: lax, inForce: lax })).toBe(false);
    expect(asksSecondFactor({ bound: lax, inForce: lax }, 'approve')).toBe(false);
  });

  it('break-glass takes a second factor, whatever they say', () => {
    const purposes = ['approve', 'execute', 'manage_users', 'break_glass'] as const;
    expect(purposes.map((purpose) => mfaRequired(lax, purpose))).toEqual([false, false, false, true]);
    expect(purposes.map((purpose) => mfaRequired(strict, purpose))).toEqual([true, true, true, true]);
    const one = (mfa: Partial<typeof lax.mfa>) =>
      purposes.filter((purpose) => mfaRequired(policyOf({ mfa: { ...lax.mfa, ...mfa } }), purpose));
    expect(one({ approve: true })).toEqual(['approve', 'break_glass']);
    expect(one({ execute: true })).toEqual(['execute', 'break_glass']);
    expect(one({ manageUsers: true })).toEqual(['manage_users', 'break_glass']);
  });
});

it('only roles that may approve are approving roles', () => {
  const may = ROLES.filter((role) => ROLE_PERMISSIONS[role].includes('approve_remediation'));
  expect([...APPROVING_ROLES].sort()).toEqual(may.sort());
});
