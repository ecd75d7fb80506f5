import type { Decision } from '@mcp-coordinator/contract/approvals.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { ASSESSMENT_MOVES } from '@mcp-coordinator/core/assessments/assessment-states';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import type { Tx } from '../../db/schema.ts';
import { type AssessmentRow, lockAssessment, saveAssessment } from './assessments.store.ts';

/** Locks an assessment for a decision; the caller judges the token against its digest, then applies the decision. */
export async function openForDecision(
  tx: Tx,
  id: string,
  decision: Decision,
): Promise<
  Result<
    { assessment: AssessmentRow & { digest: string }; apply: () => Promise<void> },
    Refusal<'not_found' | 'invalid_transition'>
  >
> {
  const assessment = await lockAssessment(tx, id);
  if (!assessment)
    return deny(refuse('not_found', `No assessment ${id}, or none that you may see. Nothing was decided.`));
  const transition = moveFrom(
    ASSESSMENT_MOVES,
    assessment.status,
    decision === 'approved' ? 'approve' : 'reject',
    `Assessment ${id}`,
  );
  if (!transition.ok) return transition;
  const { digest } = assessment;
  if (digest === null) throw new Error(`assessment ${id} is completed without a digest`);
  return accept({ assessment: { ...assessment, digest }, apply: () => saveAssessment(tx, id, transition.value) });
}
