import { setImmediate as turn } from 'node:timers/promises';
import type { Finding, Severity } from '@mcp-coordinator/contract/findings.contract';
import PDFDocument from 'pdfkit';
import { pdfText } from './pdf-text.ts';
import { headFacts, locationText, orderedServers, type ReportInput, type ServerReport } from './report-input.ts';

type Document = InstanceType<typeof PDFDocument>;

const MARGIN = 50;
const COLOURS: Record<Severity, string> = {
  critical: '#8f1020',
  high: '#b3400a',
  medium: '#7d5a00',
  low: '#2f5d8c',
  info: '#4a5260',
};
const TEXT = '#1c1f24';
const FAINT = '#4a5260';

/** Setting them takes time on the one thread there is; whoever has more reads them elsewhere. */
const FINDINGS_MAX = 2_000;
/** Others get their turn in between. */
const FINDINGS_A_TURN = 20;

export async function renderPdf(input: ReportInput): Promise<Uint8Array> {
  const title = pdfText(`Assessment ${input.assessment.assessmentId}`);
  const document = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    info: { Title: title, Author: 'MCP Integration Coordinator', CreationDate: input.generatedAt },
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.once('end', resolve);
    document.once('error', reject);
  });
  await write(document, title, input);
  numberPages(document, title);
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

async function write(document: Document, title: string, input: ReportInput): Promise<void> {
  const { totalIssues, criticalIssues, warningIssues, infoIssues } = input.results.summary;
  document.font('Helvetica-Bold').fontSize(18).fillColor(TEXT).text(title).moveDown(0.6);
  for (const [name, value] of headFacts(input)) fact(document, name, value);
  heading(document, 'Summary');
  paragraph(
    document,
    `${totalIssues} issues: ${criticalIssues} critical or high, ${warningIssues} medium or low; and ${infoIssues} informational.`,
  );
  let written = 0;
  for (const server of orderedServers(input.results)) {
    serverHead(document, server);
    for (const finding of server.findings ?? []) {
      written += 1;
      if (written > FINDINGS_MAX) break;
      writeFinding(document, finding);
      if (written % FINDINGS_A_TURN === 0) await turn();
    }
    for (const { rule, reason } of server.unknowns ?? [])
      paragraph(document, `Could not be checked: ${rule}: ${reason}`);
  }
  if (written > FINDINGS_MAX)
    paragraph(document, `Only the first ${FINDINGS_MAX} findings are shown; the JSON and HTML reports have them all.`);
}

const heading = (document: Document, text: string): void => {
  document.moveDown(0.8).font('Helvetica-Bold').fontSize(13).fillColor(TEXT).text(pdfText(text)).moveDown(0.2);
};

const paragraph = (document: Document, text: string): void => {
  document.font('Helvetica').fontSize(10).fillColor(TEXT).text(pdfText(text)).moveDown(0.2);
};

const fact = (document: Document, name: string, value: string): void => {
  document.font('Helvetica').fontSize(9).fillColor(FAINT).text(`${name}: `, { continued: true });
  // An empty text would leave the line open.
  document.fillColor(TEXT).text(pdfText(value) || '-');
};

function serverHead(document: Document, { key, status, issues, findings }: ServerReport): void {
  heading(document, key);
  paragraph(document, `${status.replaceAll('_', ' ')}${issues.length === 0 ? '' : `: ${issues.join(', ')}`}`);
  if (findings === undefined) paragraph(document, 'The assessment was asked for without details.');
}

function writeFinding(document: Document, finding: Finding): void {
  const { severity, rule, title, evidence, location, fix, references, waived } = finding;
  document.moveDown(0.4).font('Helvetica-Bold').fontSize(10).fillColor(COLOURS[severity]);
  document.text(pdfText(`${severity.toUpperCase()}  ${rule}  ${title}`));
  if (evidence !== '') document.font('Courier').fontSize(8.5).fillColor(TEXT).text(pdfText(evidence), { indent: 10 });
  const place = locationText(location);
  if (place !== '') fact(document, 'Where', place);
  fact(document, 'What to do', fix.text);
  if (waived) fact(document, `Waived until ${pdfText(waived.until)}`, waived.reason);
  if (references.length > 0) fact(document, 'References', references.join(' '));
  fact(document, 'Finding', finding.id);
}

function numberPages(document: Document, title: string): void {
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    document.switchToPage(page);
    // The footer stands in the margin: with a margin it would begin a page of its own.
    document.page.margins.bottom = 0;
    const line = `${title.slice(0, 80)}  –  page ${page - start + 1} of ${count}`;
    document.font('Helvetica').fontSize(8).fillColor(FAINT);
    document.text(line, MARGIN, document.page.height - 35, { lineBreak: false });
  }
}
