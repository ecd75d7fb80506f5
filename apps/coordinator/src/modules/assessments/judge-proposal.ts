import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { COMPLIANCE_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { ASSESSMENT_MOVES } from '@mcp-coordinator/core/assessments/assessment-states';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import { type NewId, sha256Hex } from '../../runtime.ts';
import { insertAssessment, saveAssessment } from './assessments.store.ts';
import type { RunAssessmentDeps } from './run-assessment.ts';

const CALL_TIMEOUT_MS = 30_000;

/**
 * The assessment of what a proposal without one wants to do: static and at once (CONTRACT §4 "Propose"). It is kept as a
 * completed assessment, so that the proposal is bound to a judgement like any other.
 */
export async function judgeProposal(
  deps: RunAssessmentDeps & { newId: NewId },
  input: { servers: readonly AssessedServer[]; kept: readonly AssessedServer[]; actor: string; requestId: string },
): Promise<Result<{ assessmentId: string; digest: string }, Refusal<'server_unreachable'>>> {
  const [complianceId] = await deps.servers.linked('compliance');
  if (complianceId === undefined) {
    return deny(
      refuse(
        'server_unreachable',
        'No compliance server is linked, so the change cannot be judged. Nothing was proposed. Start one and try again.',
        { retryAfterSeconds: 5 },
      ),
    );
  }
  const id = deps.newId('assessment');
  const servers = [...input.servers];
  const answer = await deps.servers.call(
    complianceId,
    'compliance_assessment',
    COMPLIANCE_TOOLS.compliance_assessment,
    {
      assessmentId: id,
      assessmentType: 'compliance',
      includeDetails: true,
      servers,
      protectedPaths: [...deps.protectedPaths],
    },
    { timeoutMs: CALL_TIMEOUT_MS },
  );
  if (!answer.ok) return answer;
  const { results, rulesVersion } = answer.value;
  const digest = digestJson({ assessmentId: id, results, rulesVersion }, sha256Hex);
  const now = deps.clock();
  await deps.db.transaction().execute(async (tx) => {
    const options = { includeDetails: true, generateReport: true, autoApprove: false };
    await insertAssessment(tx, {
      requestId: id,
      assessmentType: 'compliance',
      options,
      targetServers: servers.map((one) => one.key),
      origin: 'proposal',
      requestedBy: input.actor,
      now,
    });
    const started = moveFrom(ASSESSMENT_MOVES, 'pending', 'start', id);
    const completed = moveFrom(ASSESSMENT_MOVES, 'running', 'complete', id);
    if (!started.ok || !completed.ok) throw new Error('the assessment table does not know its own moves');
    await saveAssessment(tx, id, started.value, { startedAt: now, attempt: 1 });
    await saveAssessment(tx, id, completed.value, {
      completedAt: now,
      snapshots: input.kept,
      results,
      rulesVersion,
      digest,
    });
    await deps.recordAudit(tx, {
      action: 'assessment_completed',
      actor: input.actor,
      target: id,
      details: { origin: 'proposal', summary: results.summary, digest, rulesVersion },
      requestId: input.requestId,
    });
    await deps.publishEvent(tx, {
      channel: 'assessments',
      event: 'assessment.completed',
      data: { assessmentId: id, status: 'completed', summary: results.summary },
    });
  });
  return accept({ assessmentId: id, digest });
}
