import type { ReportFormat } from '@mcp-coordinator/contract/assessments.contract';
import type { FileReply } from '@mcp-coordinator/contract/route';
import { renderCsv } from './csv-report.ts';
import { renderHtml } from './html-report.ts';
import { renderJson } from './json-report.ts';
import { renderPdf } from './pdf-report.ts';
import { type ReportInput, reportFileName } from './report-input.ts';
import { renderSarif } from './sarif-report.ts';

interface Renderer {
  readonly contentType: string;
  readonly render: (input: ReportInput) => string | Promise<Uint8Array>;
}

const RENDERERS: Record<ReportFormat, Renderer> = {
  html: { contentType: 'text/html; charset=utf-8', render: renderHtml },
  json: { contentType: 'application/json; charset=utf-8', render: renderJson },
  sarif: { contentType: 'application/sarif+json; charset=utf-8', render: renderSarif },
  csv: { contentType: 'text/csv; charset=utf-8; header=present', render: renderCsv },
  pdf: { contentType: 'application/pdf', render: renderPdf },
};

/** A report as a file; the same input gives the same file. */
export async function renderReport(format: ReportFormat, input: ReportInput): Promise<FileReply> {
  const { contentType, render } = RENDERERS[format];
  return { contentType, fileName: reportFileName(input, format), content: await render(input) };
}
