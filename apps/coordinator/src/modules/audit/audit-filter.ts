import type { AuditAction, AuditResult } from '@mcp-coordinator/contract/audit.contract';
import type { AuditFilter } from './audit.store.ts';

export interface AuditQuery {
  actor?: string | undefined;
  action?: AuditAction | undefined;
  target?: string | undefined;
  result?: AuditResult | undefined;
  /** A time, or a day in UTC. */
  startDate?: string | undefined;
  endDate?: string | undefined;
  search?: string | undefined;
}

const DAY_MS = 86_400_000;
const isDay = (text: string): boolean => !text.includes('T');

/** A day as start means from its first moment, as end up to its last one; a time as end is included. */
export const filterOf = ({ startDate, endDate, ...columns }: AuditQuery): AuditFilter => ({
  actor: columns.actor,
  action: columns.action,
  target: columns.target,
  result: columns.result,
  search: columns.search,
  from: startDate === undefined ? undefined : new Date(startDate),
  // Records carry milliseconds: the next one is the first that is after.
  before: endDate === undefined ? undefined : new Date(Date.parse(endDate) + (isDay(endDate) ? DAY_MS : 1)),
});
