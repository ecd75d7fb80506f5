import type { AssessmentResults } from '@mcp-coordinator/contract/findings.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import type { Caller } from '../../http/caller.ts';
import type { Handlers } from '../../http/handlers.ts';
import { listAssessments, showAssessment, toAssessment } from './assessments.store.ts';
import { type ExportReportDeps, exportReport } from './export-report.ts';
import { type RequestAssessmentDeps, requestAssessment } from './request-assessment.ts';

const notFound = (id: string) =>
  ({ refusal: refuse('not_found', `No assessment ${id}, or none that you may see.`) }) as const;
/** A machine key sees what it asked for itself. */
const sees = (caller: Caller, requestedBy: string): boolean => caller.kind === 'person' || requestedBy === caller.actor;

const withoutDetails = (results: AssessmentResults): AssessmentResults => ({
  ...results,
  servers: Object.fromEntries(Object.entries(results.servers).map(([key, { findings: _, ...rest }]) => [key, rest])),
});

export function createAssessmentsRoutes(
  deps: RequestAssessmentDeps & ExportReportDeps,
): Handlers<'requestAssessment' | 'listAssessments' | 'showAssessment' | 'exportAssessmentReport'> {
  return {
    requestAssessment: async ({ body, caller, requestId }) => {
      const result = await requestAssessment(deps, body, {
        actor: caller.actor,
        requestId,
        origin: 'request',
        onlyMachine: caller.kind === 'machine' ? caller.serverId : undefined,
      });
      if (!result.ok) return { refusal: result.refusal };
      return {
        status: 202,
        body: {
          success: true,
          assessmentId: result.value,
          status: 'pending',
          requiresApproval: true,
          autoExecuted: false,
        },
      };
    },
    listAssessments: async ({ query, caller }) => {
      const found = await listAssessments(deps.db, {
        ...query,
        requestedBy: caller.kind === 'machine' ? caller.actor : undefined,
      });
      if (!found.ok) return { refusal: found.refusal };
      const { rows, ...page } = found.value;
      return { status: 200, body: { success: true, assessments: rows.map(toAssessment), ...page } };
    },
    showAssessment: async ({ params: { id }, caller }) => {
      const found = await showAssessment(deps.db, id);
      if (!found || !sees(caller, found.view.requestedBy)) return notFound(id);
      const results =
        found.results && (found.view.options.includeDetails ? found.results : withoutDetails(found.results));
      return { status: 200, body: { success: true, ...found.view, results } };
    },
    exportAssessmentReport: async ({ params: { id }, query, caller, requestId }) => {
      const found = await showAssessment(deps.db, id);
      if (!found || !sees(caller, found.view.requestedBy)) return notFound(id);
      const report = await exportReport(deps, { ...found, format: query.format, actor: caller.actor, requestId });
      return report.ok ? { status: 200, body: report.value } : { refusal: report.refusal };
    },
  };
}
