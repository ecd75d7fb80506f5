import type { Finding } from '@mcp-coordinator/contract/findings.contract';
import { orderedServers, type ReportInput, type ServerReport } from './report-input.ts';
import { visibleText } from './visible-text.ts';

const COLUMNS = [
  'assessmentId',
  'server',
  'status',
  'kind',
  'severity',
  'rule',
  'issue',
  'title',
  'evidence',
  'path',
  'pointer',
  'tool',
  'field',
  'fix',
  'actionable',
  'references',
  'waivedUntil',
  'waivedReason',
  'findingId',
] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string>>;

/**
 * A spreadsheet takes a cell that begins so for a formula, in full width too, and some skip white space before it; the
 * apostrophe makes text of it (OWASP "CSV Injection").
 */
const FORMULA = /^[\s\u00a0]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

function cell(text: string): string {
  const shown = visibleText(text);
  return `"${(FORMULA.test(shown) ? `'${shown}` : shown).replaceAll('"', '""')}"`;
}

/** RFC 4180, every cell quoted; a row for each finding, and at least one for each server. */
export function renderCsv({ assessment, results }: ReportInput): string {
  const rows = orderedServers(results).flatMap((server) =>
    serverRows(server).map((row) => ({
      assessmentId: assessment.assessmentId,
      server: server.key,
      status: server.status,
      ...row,
    })),
  );
  const lines = rows.map((row: Row) => COLUMNS.map((column) => cell(row[column] ?? '')).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

function serverRows({ issues, findings, unknowns = [] }: ServerReport): Row[] {
  const rows: Row[] = [
    ...(findings?.map(findingRow) ?? issues.map((issue) => ({ kind: 'issue', issue }))),
    ...unknowns.map(({ rule, reason }) => ({ kind: 'unknown', rule, evidence: reason })),
  ];
  return rows.length === 0 ? [{ kind: 'server' }] : rows;
}

const findingRow = (finding: Finding): Row => ({
  kind: 'finding',
  severity: finding.severity,
  rule: finding.rule,
  issue: finding.issue,
  title: finding.title,
  evidence: finding.evidence,
  path: finding.location.path ?? '',
  pointer: finding.location.pointer ?? '',
  tool: finding.location.tool ?? '',
  field: finding.location.field ?? '',
  fix: finding.fix.text,
  actionable: String(finding.fix.actionable),
  references: finding.references.join(' '),
  waivedUntil: finding.waived?.until ?? '',
  waivedReason: finding.waived?.reason ?? '',
  findingId: finding.id,
});
