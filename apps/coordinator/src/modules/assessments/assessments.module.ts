import type { WakeUp } from '../../jobs/job-queue.ts';
import type { NewId } from '../../runtime.ts';
import { createAssessmentsRoutes } from './assessments.routes.ts';
import { abandonedAssessments, findAssessment } from './assessments.store.ts';
import { openForDecision } from './decide-assessment.ts';
import type { ExportReportDeps } from './export-report.ts';
import { judgeProposal } from './judge-proposal.ts';
import { type Asker, type RequestAssessmentDeps, requestAssessment } from './request-assessment.ts';
import { type RunAssessmentDeps, runAssessment } from './run-assessment.ts';

export interface AssessmentsModuleDeps
  extends RequestAssessmentDeps,
    Omit<RunAssessmentDeps, 'isStopping'>,
    ExportReportDeps {
  newId: NewId;
  wakeUp: WakeUp;
  servers: RequestAssessmentDeps['servers'] & RunAssessmentDeps['servers'];
}

export function createAssessmentsModule(deps: AssessmentsModuleDeps) {
  const lookingSince = deps.clock();
  let stopping = false;
  const runDeps = { ...deps, isStopping: () => stopping };
  return {
    handlers: createAssessmentsRoutes(deps),
    run: (id: string) => runAssessment(runDeps, id, lookingSince),
    request: (request: Parameters<typeof requestAssessment>[1], asker: Asker) =>
      requestAssessment(deps, request, asker),
    judgeProposal: (input: Parameters<typeof judgeProposal>[1]) => judgeProposal(runDeps, input),
    find: findAssessment,
    openForDecision,
    /** From here on a link that closes is our doing: what it cuts off is taken up again at the next start. */
    stop: (): void => {
      stopping = true;
    },
    /** Wakes what waits, and what was under way on a coordinator that is not there any more. */
    resume: async (): Promise<void> => {
      for (const { id } of await abandonedAssessments(deps.db)) {
        await deps.db.transaction().execute((tx) => deps.wakeUp(tx, 'assessment', id));
      }
    },
  };
}
export type AssessmentsModule = ReturnType<typeof createAssessmentsModule>;
