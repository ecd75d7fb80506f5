import type { DecideApproval } from '@mcp-coordinator/contract/approvals.contract';
import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import type { Tx } from '../../db/schema.ts';
import type { Person } from '../../http/caller.ts';
import type { ProposalRow } from '../remediations/remediations.module.ts';
import type { DecideApprovalDeps } from './decision.ts';

/** Stands until a second person has reviewed the approval. */
export const breakGlassAlert = (approvalId: string): string => `break_glass{approval="${approvalId}"}`;

interface Used {
  request: DecideApproval;
  proposal: ProposalRow;
  person: Person;
  requestId: string;
}

/** Everybody is to know that the rules were set aside, by whom and why. */
export async function announceBreakGlass(
  { recordAudit, publishEvent, alerts }: Pick<DecideApprovalDeps, 'recordAudit' | 'publishEvent' | 'alerts'>,
  tx: Tx,
  { request: { approvalId, reason }, proposal: { id, digest }, person, requestId }: Used,
): Promise<Alert> {
  await recordAudit(tx, {
    action: 'break_glass_used',
    actor: person.actor,
    target: id,
    details: { approvalId, reason, digest, review: 'pending' },
    requestId,
  });
  await publishEvent(tx, {
    channel: 'approvals',
    event: 'break_glass.used',
    data: { proposalId: id, approvalId, by: person.username, review: 'pending' },
  });
  return alerts.raise(tx, {
    severity: 'critical',
    condition: breakGlassAlert(approvalId),
    action: 'emergency_alert',
  });
}
