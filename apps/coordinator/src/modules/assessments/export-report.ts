import type { Assessment, ReportFormat } from '@mcp-coordinator/contract/assessments.contract';
import type { AssessmentResults } from '@mcp-coordinator/contract/findings.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { FileReply } from '@mcp-coordinator/contract/route';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import { renderReport } from './report/render-report.ts';

export interface ExportReportDeps {
  db: Db;
  clock: Clock;
  recordAudit: RecordAudit;
  publicUrl: URL;
}
interface Export {
  view: Assessment;
  results: AssessmentResults | null;
  format: ReportFormat;
  actor: string;
  requestId: string;
}

/** Renders the report of an assessment that asked for one, and records who took it away. */
export async function exportReport(
  { db, clock, recordAudit, publicUrl }: ExportReportDeps,
  { view, results, format, actor, requestId }: Export,
): Promise<Result<FileReply, Refusal<'invalid_transition'>>> {
  if (!results || !view.hasReport) {
    const why = results ? 'did not ask for a report (options.generateReport)' : `is ${view.status} and has no results`;
    return deny(
      refuse('invalid_transition', `Assessment ${view.assessmentId} ${why}. Request a new one with generateReport.`),
    );
  }
  const file = await renderReport(format, {
    assessment: view,
    results,
    generatedAt: clock(),
    coordinator: publicUrl.origin,
  });
  const entry = {
    action: 'report_exported',
    actor,
    target: view.assessmentId,
    details: { format },
    requestId,
  } as const;
  await db.transaction().execute((tx) => recordAudit(tx, entry));
  return accept(file);
}
