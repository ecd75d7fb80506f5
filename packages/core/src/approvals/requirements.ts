import type { ApprovalState } from '@mcp-coordinator/contract/approvals.contract';
import type { ApprovingRole, Role } from '@mcp-coordinator/contract/permissions';
import {
  type ApprovalPolicy,
  bothOf,
  covers,
  type PolicyPair,
  type PolicySubject,
  quorumFor,
} from './approval-policy.ts';

/** So many different people of these; anyone who may approve where neither people nor roles are named. */
export interface Requirement {
  readonly count: number;
  readonly people: readonly string[];
  readonly roles: readonly ApprovingRole[];
}

/** Everything that has to be met for a proposal, each once, in an order that depends on the rules alone. */
export function requirementsOf(rules: PolicyPair, subject: PolicySubject): Requirement[] {
  const byKey = new Map<string, Requirement>();
  for (const requirement of bothOf(rules).flatMap((policy) => asked(policy, subject))) {
    const key = keyOf(requirement);
    if (requirement.count > (byKey.get(key)?.count ?? 0)) byKey.set(key, requirement);
  }
  const anyone = byKey.get(ANYONE)?.count ?? 0;
  const named = [...byKey.values()].filter((requirement) => keyOf(requirement) !== ANYONE);
  // Whoever meets one that asks for as many of fewer people meets this one too.
  if (named.some(({ count }) => count >= anyone)) byKey.delete(ANYONE);
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, requirement]) => requirement);
}

function asked(policy: ApprovalPolicy, subject: PolicySubject): Requirement[] {
  const quorum = quorumFor(policy, subject);
  const rules = policy.approvers.filter((rule) => covers(rule, subject));
  return [
    { count: quorum, people: [], roles: [] },
    ...rules.map(({ count, people, roles }) => ({
      count: count ?? quorum,
      people: [...new Set(people)].sort(),
      roles: [...new Set(roles)].sort(),
    })),
  ];
}

/** User names hold no comma. */
const keyOf = ({ people, roles }: Requirement): string => `${people.join(',')}|${roles.join(',')}`;
const ANYONE = '|';

export const fits = (requirement: Requirement, person: { readonly username: string; readonly role: Role }): boolean =>
  keyOf(requirement) === ANYONE ||
  requirement.people.includes(person.username) ||
  requirement.roles.some((role) => role === person.role);

type Missing = ApprovalState['missing'][number];

/** As the API answers it, without those who have approved already. */
export const stillAsked = ({ people, roles }: Requirement, count: number, have: ReadonlySet<string>): Missing => ({
  count,
  of:
    people.length + roles.length === 0
      ? 'any approver'
      : { people: people.filter((name) => !have.has(name)), roles: [...roles] },
});

/** "needs 1 more of: ana, any admin". */
export function inWords({ count, of }: Missing): string {
  if (of === 'any approver') return `needs ${count} more of: any approver`;
  const names = [...of.people, ...of.roles.map((role) => `any ${role}`)];
  return `needs ${count} more of: ${names.join(', ') || 'nobody who is left'}`;
}
