import type { SubjectIds } from '@mcp-coordinator/contract/approvals.contract';
import type { Tx } from '../../db/schema.ts';
import type { AssessmentsModule } from '../assessments/assessments.module.ts';
import type { PoliciesModule } from '../policies/policies.module.ts';
import type { RemediationsModule } from '../remediations/remediations.module.ts';
import { findBreakGlass } from './approvals.store.ts';

export interface SubjectDigestDeps {
  remediations: Pick<RemediationsModule, 'find'>;
  assessments: Pick<AssessmentsModule, 'find'>;
  policies: Pick<PoliciesModule, 'findChange'>;
}

/** What a decision about this subject would stand for now: null before it has a digest, nothing where it is not there. */
export async function digestOfSubject(
  { remediations, assessments, policies }: SubjectDigestDeps,
  tx: Tx,
  { proposalId, assessmentId, policyChangeId, reviewOf }: SubjectIds,
): Promise<string | null | undefined> {
  if (proposalId !== undefined) return (await remediations.find(tx, proposalId))?.digest;
  if (assessmentId !== undefined) return (await assessments.find(tx, assessmentId))?.digest;
  if (policyChangeId !== undefined) return (await policies.findChange(tx, policyChangeId))?.digest;
  return reviewOf === undefined ? undefined : (await findBreakGlass(tx, reviewOf))?.digest;
}
