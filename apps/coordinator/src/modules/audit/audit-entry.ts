import type { AuditAction, AuditResult } from '@mcp-coordinator/contract/audit.contract';
import type { Tx } from '../../db/schema.ts';

/** What a use case says of what it did. Secrets in `details` are masked before anything is stored. */
export interface AuditEntry {
  readonly action: AuditAction;
  /** A user name, `key:NAME`, `system` or `anonymous`. */
  readonly actor: string;
  readonly target: string;
  /** `success` when absent. */
  readonly result?: AuditResult;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly requestId?: string | null;
}

/** Appends a record in the caller's transaction: no change without its record, no record without its change. */
export type RecordAudit = (tx: Tx, entry: AuditEntry) => Promise<void>;

/** The same for what is no part of a change, such as a refusal: a transaction of its own, shared with others of the moment. */
export type AppendAudit = (entry: AuditEntry) => Promise<void>;
