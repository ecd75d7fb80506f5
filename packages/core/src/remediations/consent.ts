import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { Consent, SignedApproval } from '@mcp-coordinator/contract/consent.contract';
import { fromPointer, valueAt } from '../configuration/json-pointer.ts';
import { canonicalJson, type Sha256Hex } from '../digests/canonical-json.ts';
import { accept, deny, type Result } from '../result.ts';
import { digestedPlan, framedDigest, leafDigest, leavesOf, type ProposalContent } from './proposal-digest.ts';
import { joinAction, splitAction } from './seal-action.ts';

/** What travels with the grant for one action; null where nobody signed, or the action is none of the proposal's. */
export function consentOf(
  content: ProposalContent,
  actionId: string,
  approvals: readonly SignedApproval[],
  sha256: Sha256Hex,
): Consent | null {
  const action = content.actions.find(({ id }) => id === actionId);
  const plan = content.plans.find((one) => one.actionId === actionId);
  if (!action || !plan || approvals.length === 0) return null;
  const { assessmentDigest, policyVersion, validUntil } = content;
  return {
    ...{ assessmentDigest, policyVersion, validUntil, leaves: leavesOf(content, sha256), approvals: [...approvals] },
    // It was JSON before it was read, and a grant is JSON again.
    action: action as Consent['action'],
    plan: digestedPlan(plan),
  };
}

/** What a machine was handed, and is about to carry out. */
export interface HandedOver {
  readonly proposalId: string;
  /** With its values in clear. */
  readonly action: Action;
  /** As the machine computes it itself before it acts: it binds the values, under a key that never left the machine. */
  readonly planDigest: string;
}

const KEYED_HASH = /^hmac-sha256:[0-9a-f]{64}$/;

/** The digest of the proposal that an action is part of, recomputed from what travelled; or why it is part of none. */
export function consentedDigest(consent: Consent, handed: HandedOver, sha256: Sha256Hex): Result<string, string> {
  const { action, plan, leaves } = consent;
  if (!leaves.includes(leafDigest(action, plan, sha256))) return deny('is for a proposal without this action');
  if (plan['planDigest'] !== handed.planDigest || plan['actionId'] !== handed.action.id)
    return deny('is for an action with another plan');
  const hashed = withHashesOf(action, handed.action);
  if (hashed === null || canonicalJson(hashed) !== canonicalJson(action))
    return deny('is for an action with other content');
  return accept(framedDigest({ ...consent, proposalId: handed.proposalId }, leaves, sha256));
}

/** The action with each value that is sealed replaced by the hash that was signed; null where no hash stands there. */
function withHashesOf(signed: Consent['action'], handed: Action): Action | null {
  const { masked, values } = splitAction(handed);
  const hashes: Record<string, string> = {};
  for (const pointer of Object.keys(values)) {
    const hash = valueAt(signed, fromPointer(pointer));
    if (typeof hash !== 'string' || !KEYED_HASH.test(hash)) return null;
    hashes[pointer] = hash;
  }
  return joinAction(masked, hashes);
}
