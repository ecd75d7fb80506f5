import {
  AUDIT_ACTIONS,
  AUDIT_RESULTS,
  type AuditAction,
  type AuditResult,
} from '@mcp-coordinator/contract/audit.contract';

/** Filters of the audit page and its open drawer, as they stand in the URL. */
export interface AuditFilters {
  actor?: string;
  action?: AuditAction;
  target?: string;
  result?: AuditResult;
  startDate?: string;
  endDate?: string;
  /** Anywhere in the target or the details. */
  search?: string;
}
export interface AuditSearch extends AuditFilters {
  event?: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const date = (value: unknown): string | undefined => {
  const day = text(value);
  return day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : undefined;
};

const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** What the address bar holds, as far as it makes sense; the rest is left out rather than sent. */
export const parseAuditSearch = (search: Record<string, unknown>): AuditSearch =>
  present({
    actor: text(search['actor']),
    action: AUDIT_ACTIONS.find((action) => action === search['action']),
    target: text(search['target']),
    result: AUDIT_RESULTS.find((result) => result === search['result']),
    startDate: date(search['startDate']),
    endDate: date(search['endDate']),
    search: text(search['search']),
    event: text(search['event']),
  });

export const filtersOf = ({ event: _, ...filters }: AuditSearch): AuditFilters => filters;
