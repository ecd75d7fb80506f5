import type { AuditExportFormat, AuditLog } from '@mcp-coordinator/contract/audit.contract';
import { cefOf } from './cef.ts';
import { ocsfOf } from './ocsf.ts';

export type ExportFormat = Exclude<AuditExportFormat, 'bundle'>;

export interface ExportForm {
  readonly contentType: string;
  readonly extension: string;
  readonly head: string;
  /** With its line end. */
  readonly row: (log: AuditLog) => string;
}

const COLUMNS = [
  'id',
  'timestamp',
  'actor',
  'action',
  'target',
  'result',
  'details',
  'requestId',
  'leafIndex',
] as const;
const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/**
 * RFC 4180, every cell quoted. A text that a spreadsheet would run as a formula gets an apostrophe before it, as OWASP
 * advises; after leading blanks too, which some of them skip.
 */
export function csvCell(text: string): string {
  const safe = /^\s*[=+\-@\t\r\n|%]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

const cellOf = (log: AuditLog, column: (typeof COLUMNS)[number]): string => {
  const value = log[column];
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

export const EXPORT_FORMS: Record<ExportFormat, ExportForm> = {
  jsonl: {
    contentType: 'application/x-ndjson; charset=utf-8',
    extension: 'jsonl',
    head: '',
    row: (log) => `${JSON.stringify(log)}\n`,
  },
  csv: {
    contentType: 'text/csv; charset=utf-8',
    extension: 'csv',
    head: csvLine(COLUMNS),
    row: (log) => csvLine(COLUMNS.map((column) => cellOf(log, column))),
  },
  ocsf: {
    contentType: 'application/x-ndjson; charset=utf-8',
    extension: 'ocsf.jsonl',
    head: '',
    row: (log) => `${JSON.stringify(ocsfOf(log))}\n`,
  },
  cef: {
    contentType: 'text/plain; charset=utf-8',
    extension: 'cef.log',
    head: '',
    row: (log) => `${cefOf(log)}\n`,
  },
};
