import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { proposalDigest } from '@mcp-coordinator/core/remediations/proposal-digest';
import type { Db } from '../../db/schema.ts';
import type { Keys } from '../../keys.ts';
import { sha256Hex } from '../../runtime.ts';
import type { AssessmentsModule } from '../assessments/assessments.module.ts';
import type { ProposalRow } from './remediations.store.ts';
import { hashAction, openAction } from './seal-actions.ts';

/**
 * The digest that a proposal would have, made anew of what is stored and of the plans as they are now. Where it is not the one
 * that was approved, something is not what people saw: a file, a package, what the installer makes of it, or our own rows.
 */
export async function digestNow(
  { db, keys, assessments }: { db: Db; keys: Keys; assessments: Pick<AssessmentsModule, 'find'> },
  { id, assessment_id, policy, actions, sealed, digested, rollout }: ProposalRow,
  plans: readonly ActionPlan[],
): Promise<string> {
  const content = {
    proposalId: id,
    assessmentDigest: (await assessments.find(db, assessment_id))?.digest ?? '',
    policyVersion: policy.version,
    // A proposal that keeps no such frame was digested in another way, and is proposed again.
    validUntil: digested?.validUntil ?? '',
    actions: actions.map((action) => hashAction(keys, openAction(keys, id, action, sealed))),
    plans,
    rollout,
  };
  return proposalDigest(content, sha256Hex);
}
