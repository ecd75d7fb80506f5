import type { ApprovalPolicyDocument, ApproverRule } from '@mcp-coordinator/contract/policies.contract';
import type { Priority } from '@mcp-coordinator/contract/remediations.contract';
import { matchesServer, type SubjectAction } from './server-match.ts';

/** A stored approval policy. The environment only seeds its first version (CONTRACT §4 "Approve"). */
export interface ApprovalPolicy extends ApprovalPolicyDocument {
  readonly version: number;
}

/**
 * The rules that apply to a proposal: those it was proposed under, which its digest binds, and those in force now. Both have
 * to be met, so that a policy which became stricter holds at once, and one that was loosened widens no older consent.
 */
export interface PolicyPair {
  readonly bound: ApprovalPolicy;
  readonly inForce: ApprovalPolicy;
}
export const bothOf = ({ bound, inForce }: PolicyPair): ApprovalPolicy[] =>
  bound.version === inForce.version ? [inForce] : [bound, inForce];

/** What the policy asks about a proposal. */
export interface PolicySubject {
  readonly priority: Priority;
  readonly actions: readonly SubjectAction[];
}

/** Different people who must approve: the highest of all figures that fit. */
export function quorumFor(policy: ApprovalPolicyDocument, { priority, actions }: PolicySubject): number {
  const byServer = policy.quorumByServer.filter(({ server }) =>
    actions.some((action) => matchesServer(server, action)),
  );
  return Math.max(policy.quorum, policy.quorumByPriority[priority] ?? 0, ...byServer.map(({ quorum }) => quorum));
}

/** Whether an approver rule covers any of the proposal's actions. */
export const covers = (rule: ApproverRule, { priority, actions }: PolicySubject): boolean =>
  (rule.priorities === undefined || rule.priorities.includes(priority)) &&
  actions.some(
    (action) =>
      (rule.actionTypes === undefined || rule.actionTypes.includes(action.type)) &&
      (rule.servers === undefined || rule.servers.some((server) => matchesServer(server, action))),
  );

/** Whether approvals of this are to be signed with a passkey. */
export const asksPasskey = ({ passkeys }: ApprovalPolicyDocument, { actions }: PolicySubject): boolean =>
  passkeys.always || passkeys.servers.some((server) => actions.some((action) => matchesServer(server, action)));

export const asksSecondPerson = (rules: PolicyPair): boolean => bothOf(rules).some((policy) => policy.secondPerson);

export const asksSecondFactor = (rules: PolicyPair, purpose: MfaPurpose): boolean =>
  bothOf(rules).some((policy) => mfaRequired(policy, purpose));

/** What can take a second factor. */
export type MfaPurpose = 'approve' | 'execute' | 'break_glass' | 'manage_users';

export function mfaRequired({ mfa }: ApprovalPolicyDocument, purpose: MfaPurpose): boolean {
  switch (purpose) {
    case 'approve':
      return mfa.approve;
    case 'execute':
      return mfa.execute;
    case 'manage_users':
      return mfa.manageUsers;
    case 'break_glass':
      return true;
    default:
      return purpose satisfies never;
  }
}
