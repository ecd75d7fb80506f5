import type { WakeUp } from '../../jobs/job-queue.ts';
import type { NewId } from '../../runtime.ts';
import { createAssessmentsRoutes } from './assessments.routes.ts';
import { abandonedAssessments, findAssessment } from './assessments.store.ts';
import { openForDecision } from './decide-assessment.ts';
import type { ExportReportDeps } from './export-report.ts';
import { judgeProposal } from './judge-proposal.ts';
import { type Asker, type RequestAssessmentDeps, requestAssessment } from './request-assessment.ts';
import { type RunAssessmentDeps, runAssessment } from './run-assessment.ts';

export interface AssessmentsModuleDeps extends RequestAssessmentDeps, RunAssessmentDeps, ExportReportDeps {
  newId: NewId;
  wakeUp: WakeUp;
  servers: RequestAssessmentDeps['servers'] & RunAssessmentDeps['servers'];
}

/** A run that is this old was cut off: the call to the compliance server alone would have given up by now. */
const ABANDONED_AFTER_MS = 10 * 60_000;

export function createAssessmentsModule(deps: AssessmentsModuleDeps) {
  return {
    handlers: createAssessmentsRoutes(deps),
    run: (id: string) => runAssessment(deps, id),
    request: (request: Parameters<typeof requestAssessment>[1], asker: Asker) =>
      requestAssessment(deps, request, asker),
    judgeProposal: (input: Parameters<typeof judgeProposal>[1]) => judgeProposal(deps, input),
    find: findAssessment,
    openForDecision,
    /** Wakes what was under way when a coordinator died; `all` when no other one can be at work. */
    resume: async (all: boolean): Promise<void> => {
      const before = new Date(deps.clock().getTime() + (all ? 1 : -ABANDONED_AFTER_MS));
      for (const { id } of await abandonedAssessments(deps.db, before)) {
        await deps.db.transaction().execute((tx) => deps.wakeUp(tx, 'assessment', id));
      }
    },
  };
}
export type AssessmentsModule = ReturnType<typeof createAssessmentsModule>;
