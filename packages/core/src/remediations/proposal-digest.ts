import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { Rollout } from '@mcp-coordinator/contract/remediations.contract';
import { digestJson, type Sha256Hex } from '../digests/canonical-json.ts';

/** All that an approval stands for. Whatever is not in here could change between the approval and the run. */
export interface ProposalContent extends ProposalFrame {
  /** As they will run, each sealed value replaced by its keyed hash. */
  readonly actions: readonly Action[];
  readonly plans: readonly ActionPlan[];
  /** On which machines, in which waves and how far; null where it is no rollout. */
  readonly rollout?: Rollout | null;
}
/** What it stands for beside the actions. */
export interface ProposalFrame {
  readonly proposalId: string;
  readonly assessmentDigest: string;
  readonly policyVersion: number;
  /** ISO 8601; nothing of it may begin later. */
  readonly validUntil: string;
}

/**
 * SHA-256 of the RFC 8785 form of all that will be done (CONTRACT §4 "Propose"). Each action goes in by a digest of its own, so
 * that a machine which is handed one of them can see that it is part of this, and learns nothing of the others.
 */
export const proposalDigest = (content: ProposalContent, sha256: Sha256Hex): string =>
  framedDigest(content, leavesOf(content, sha256), sha256);

export const framedDigest = (
  { proposalId, assessmentDigest, policyVersion, validUntil }: ProposalFrame,
  leaves: readonly string[],
  sha256: Sha256Hex,
): string => digestJson({ proposalId, assessmentDigest, policyVersion, validUntil, leaves }, sha256);

export function leavesOf({ actions, plans, rollout }: ProposalContent, sha256: Sha256Hex): string[] {
  const length = Math.max(actions.length, plans.length);
  const leaves = Array.from({ length }, (_, index) => {
    const plan = plans[index];
    return leafDigest(actions[index] ?? null, plan ? digestedPlan(plan) : null, sha256);
  });
  return rollout ? [...leaves, digestJson({ rollout }, sha256)] : leaves;
}

export const leafDigest = (action: object | null, plan: object | null, sha256: Sha256Hex): string =>
  digestJson({ action, plan }, sha256);

/** The plan without the words that are made of it, which may differ between two looks. */
export const digestedPlan = (plan: ActionPlan) => ({
  planDigest: plan.planDigest,
  actionId: plan.actionId,
  type: plan.type,
  serverName: plan.serverName,
  target: plan.target,
  sectionHash: plan.sectionHash,
  sectionHashAfter: plan.sectionHashAfter,
  launch: plan.launch,
  package: plan.package,
  undo: plan.undo,
});
