import { COMPLIANCE_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { Priority } from '@mcp-coordinator/contract/remediations.contract';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { type ProposeRefusal, type ProposeRemediationDeps, proposeRemediation } from './propose-remediation.ts';
import { maySee, type Proposer } from './proposer.ts';

const CALL_TIMEOUT_MS = 30_000;

interface Generate {
  assessmentId: string;
  issues?: string[] | undefined;
  priority?: Priority | undefined;
}
interface Generated {
  proposalId: string;
  unresolved: { server: string; issue: string; reason: string }[];
}

/** Lets the compliance server make the actions, then proposes them like any others. */
export async function generateRemediation(
  deps: ProposeRemediationDeps,
  request: Generate,
  proposer: Proposer,
): Promise<Result<Generated, ProposeRefusal>> {
  const assessment = await deps.assessments.find(deps.db, request.assessmentId);
  if (!assessment || !maySee(proposer, assessment.requested_by))
    return deny(
      refuse('not_found', `No assessment ${request.assessmentId}, or none that you may see. Nothing was proposed.`),
    );
  const { results, snapshots } = assessment;
  if (!results || !snapshots) {
    return deny(
      refuse(
        'invalid_transition',
        `Assessment ${request.assessmentId} is ${assessment.status} and has no results. Nothing was proposed.`,
      ),
    );
  }
  const [complianceId] = await deps.servers.linked('compliance');
  if (complianceId === undefined) return deny(awayRefusal());
  const answer = await deps.servers.call(
    complianceId,
    'generate_remediation_proposal',
    COMPLIANCE_TOOLS.generate_remediation_proposal,
    {
      assessmentId: request.assessmentId,
      results,
      servers: snapshots,
      ...(request.issues ? { issues: request.issues } : {}),
    },
    { timeoutMs: CALL_TIMEOUT_MS },
  );
  if (!answer.ok) return answer;
  const { actions, unresolved } = answer.value;
  if (actions.length === 0) {
    const reasons = unresolved.map(({ server, issue, reason }) => `${server} (${issue}): ${reason}`).join(' ');
    return deny(
      refuse('action_refused', `No action can mend these findings by itself. Nothing was proposed. ${reasons}`.trim()),
    );
  }
  const known = new Set(Object.values(results.servers).flatMap((server) => server.issues));
  const issues = request.issues ?? [...known].filter((issue) => !unresolved.some((one) => one.issue === issue));
  const proposed = await proposeRemediation(
    deps,
    {
      assessmentId: request.assessmentId,
      issues: issues.filter((issue) => known.has(issue)),
      priority: request.priority ?? (results.summary.criticalIssues > 0 ? 'high' : 'medium'),
      autoApprove: false,
      proposedActions: actions,
    },
    proposer,
  );
  return proposed.ok ? accept({ proposalId: proposed.value.proposalId, unresolved }) : proposed;
}

const awayRefusal = (): Refusal<'server_unreachable'> =>
  refuse('server_unreachable', 'No compliance server is linked. Nothing was proposed. Start one and try again.', {
    retryAfterSeconds: 5,
  });
