import { ACTION_OWNERS } from '@mcp-coordinator/contract/actions.contract';
import type { ApprovalState } from '@mcp-coordinator/contract/approvals.contract';
import type { MachineDemand } from '@mcp-coordinator/contract/consent.contract';
import type { ApprovingRole, Role } from '@mcp-coordinator/contract/permissions';
import {
  type ApprovalPolicy,
  asksPasskey,
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
  /** Their approvals count where a passkey signed them. */
  readonly passkey: boolean;
  /** The machine that asks and verifies by itself, whatever the policy says; null where it is the policy that asks. */
  readonly installerId: string | null;
}

export interface DemandedSubject extends PolicySubject {
  /** What machines ask for, those that the proposal does not change included. */
  readonly demands: readonly MachineDemand[];
}

/** The demands of machines that would carry out any of these actions. */
export const demandsOn = ({ actions, demands }: Pick<DemandedSubject, 'actions' | 'demands'>): MachineDemand[] =>
  demands.filter(({ installerId }) =>
    actions.some((action) => action.installerId === installerId && ACTION_OWNERS[action.type] === 'installer'),
  );

/** Everything that has to be met for a proposal, each once, in an order that depends on the rules alone. */
export function requirementsOf(rules: PolicyPair, subject: DemandedSubject): Requirement[] {
  const byKey = new Map<string, Requirement>();
  const all = [...bothOf(rules).flatMap((policy) => asked(policy, subject)), ...demandsOn(subject).map(askedBy)];
  for (const requirement of all) {
    const key = keyOf(requirement);
    if (requirement.count > (byKey.get(key)?.count ?? 0)) byKey.set(key, requirement);
  }
  return [...byKey]
    .filter(
      ([, requirement]) => !isAnyone(requirement) || ![...byKey.values()].some((one) => covered(requirement, one)),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, requirement]) => requirement);
}

function asked(policy: ApprovalPolicy, subject: PolicySubject): Requirement[] {
  const quorum = quorumFor(policy, subject);
  const rules = policy.approvers.filter((rule) => covers(rule, subject));
  const how = { passkey: asksPasskey(policy, subject), installerId: null };
  return [
    { count: quorum, people: [], roles: [], ...how },
    ...rules.map(({ count, people, roles }) => ({
      count: count ?? quorum,
      people: [...new Set(people)].sort(),
      roles: [...new Set(roles)].sort(),
      ...how,
    })),
  ];
}

const askedBy = ({ installerId, quorum, approvers }: MachineDemand): Requirement => ({
  ...{ count: quorum, people: [...new Set(approvers)].sort(), roles: [], passkey: true, installerId },
});

/** Whoever meets one that asks for as many of fewer people, or in a stricter way, meets this one of anybody too. */
const covered = (anyone: Requirement, other: Requirement): boolean =>
  other !== anyone &&
  other.count >= anyone.count &&
  (other.passkey || !anyone.passkey) &&
  (!isAnyone(other) || other.passkey !== anyone.passkey);

/** User names hold no comma, and ids of servers no bar. */
const keyOf = ({ people, roles, passkey, installerId }: Requirement): string =>
  [people.join(','), roles.join(','), passkey ? 'passkey' : '', installerId ?? ''].join('|');
const isAnyone = ({ people, roles }: Requirement): boolean => people.length + roles.length === 0;

export interface Consenting {
  readonly username: string;
  readonly role: Role;
  /** With a passkey, over the digest that is decided. */
  readonly signed: boolean;
}

export const fits = (requirement: Requirement, person: Consenting): boolean =>
  (person.signed || !requirement.passkey) && names(requirement, person);

/** Whether an approval would count for more if it were signed. */
export const wantsSignature = (requirements: readonly Requirement[], person: Consenting): boolean =>
  !person.signed && requirements.some((requirement) => requirement.passkey && names(requirement, person));

const names = (requirement: Requirement, { username, role }: Consenting): boolean =>
  isAnyone(requirement) || requirement.people.includes(username) || requirement.roles.some((one) => one === role);

type Missing = ApprovalState['missing'][number];

/** As the API answers it, without those who have approved already. */
export const stillAsked = (
  { people, roles, passkey, installerId }: Requirement,
  count: number,
  have: ReadonlySet<string>,
): Missing => ({
  ...{ count, passkey, installerId },
  of:
    people.length + roles.length === 0
      ? 'any approver'
      : { people: people.filter((name) => !have.has(name)), roles: [...roles] },
});

/** "needs 1 more of: ana, any admin, signed with a passkey". */
export function inWords({ count, of, passkey, installerId }: Missing): string {
  const people = of === 'any approver' ? [of] : [...of.people, ...of.roles.map((role) => `any ${role}`)];
  const signed = passkey ? ', signed with a passkey' : '';
  const machine = installerId === null ? '' : ` that ${installerId} verifies by itself`;
  return `needs ${count} more of: ${people.join(', ') || 'nobody who is left'}${signed}${machine}`;
}
