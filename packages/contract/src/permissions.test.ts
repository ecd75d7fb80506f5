import { expect, it } from 'vitest';
import {
  APPROVING_ROLES,
  MACHINE_PERMISSIONS,
  PERMISSIONS,
  ROLE_PERMISSIONS,
  ROLES,
  type Role,
} from './permissions.ts';

/** Who may do what, as people are told it: one row for each permission. */
const TABLE: readonly [string, ...string[]][] = [
  ['request_assessment', 'admin', 'user', 'machine'],
  ['propose_remediation', 'admin', 'user', 'machine'],
  ['view_results', 'admin', 'user', 'approver', 'machine'],
  ['approve_remediation', 'admin', 'approver'],
  ['execute_remediation', 'admin', 'approver'],
  ['view_audit', 'admin', 'approver', 'viewer'],
  ['view_metrics', 'admin', 'approver', 'viewer'],
  ['register_server', 'admin', 'machine'],
  ['manage_users', 'admin'],
  ['manage_servers', 'admin'],
  ['manage_alerts', 'admin'],
  ['manage_policy', 'admin'],
  ['break_glass'],
];
const held = (who: string): string[] => TABLE.filter(([, ...holders]) => holders.includes(who)).map(([name]) => name);

it.each([...ROLES])('%s may do what the table says, and no more', (role: Role) => {
  expect([...ROLE_PERMISSIONS[role]].sort()).toEqual(held(role).sort());
});
it('a machine key may do what the table says, and no more', () => {
  expect([...MACHINE_PERMISSIONS].sort()).toEqual(held('machine').sort());
});
it('there are no permissions and no roles beside it', () => {
  expect([...PERMISSIONS]).toEqual(TABLE.map(([name]) => name));
  expect(Object.keys(ROLE_PERMISSIONS).sort()).toEqual(['admin', 'approver', 'user', 'viewer']);
  expect([...APPROVING_ROLES].sort()).toEqual(
    ROLES.filter((role) => held(role).includes('approve_remediation')).sort(),
  );
});
