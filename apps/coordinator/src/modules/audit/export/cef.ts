import type { AuditLog } from '@mcp-coordinator/contract/audit.contract';

/** Audit records in the Common Event Format, version 0. */

const SEVERITIES: Record<AuditLog['result'], number> = { success: 3, denied: 6, failure: 7 };

const inHeader = (text: string): string => text.replaceAll(/[\\|]/g, '\\$&').replaceAll(/[\r\n]+/g, ' ');
const inExtension = (text: string): string =>
  text.replaceAll(/[\\=]/g, '\\$&').replaceAll('\r', '\\r').replaceAll('\n', '\\n');

export function cefOf(log: AuditLog): string {
  const address = log.details['address'];
  const fields: Record<string, string | null> = {
    rt: String(Date.parse(log.timestamp)),
    externalId: log.id,
    act: log.action,
    suser: log.actor,
    outcome: log.result,
    src: typeof address === 'string' ? address : null,
    cs1Label: 'target',
    cs1: log.target,
    cs2Label: log.requestId === null ? null : 'requestId',
    cs2: log.requestId,
    cn1Label: log.leafIndex === null ? null : 'leafIndex',
    cn1: log.leafIndex === null ? null : String(log.leafIndex),
    msg: JSON.stringify(log.details),
  };
  const extension = Object.entries(fields)
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${inExtension(value)}`]))
    .join(' ');
  const name = inHeader(log.action.replaceAll('_', ' '));
  return `CEF:0|mcp-coordinator|MCP Integration Coordinator|1|${inHeader(log.action)}|${name}|${SEVERITIES[log.result]}|${extension}`;
}
