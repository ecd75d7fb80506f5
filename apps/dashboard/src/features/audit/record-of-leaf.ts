import { type AuditLog, auditLogSchema } from '@mcp-coordinator/contract/audit.contract';
import type { Proof } from './verify-proof.ts';

/** A record out of its leaf, for one that is not among the rows shown. A leaf holds the hash of the details, not themselves. */
export const recordOfLeaf = ({ leaf, leafIndex }: Proof): AuditLog | undefined => {
  const header: unknown = JSON.parse(leaf);
  if (typeof header !== 'object' || header === null) return undefined;
  const record = auditLogSchema.safeParse({ requestId: null, details: {}, ...header, leafIndex });
  return record.success ? record.data : undefined;
};
