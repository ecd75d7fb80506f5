import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { digestJson, type Sha256Hex } from '../digests/canonical-json.ts';

/** All that an approval stands for. Whatever is not in here could change between the approval and the run. */
export interface ProposalContent {
  readonly proposalId: string;
  readonly assessmentDigest: string;
  readonly policyVersion: number;
  /** As they will run, each sealed value replaced by its keyed hash. */
  readonly actions: readonly Action[];
  readonly plans: readonly ActionPlan[];
}

/** SHA-256 of the RFC 8785 form of all that will be done (CONTRACT §4 "Propose"). */
export function proposalDigest(content: ProposalContent, sha256: Sha256Hex): string {
  const plans = content.plans.map((plan) => ({
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
  }));
  return digestJson({ ...content, plans }, sha256);
}
