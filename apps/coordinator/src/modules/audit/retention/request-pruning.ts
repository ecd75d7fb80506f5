import type { AuditPruningRequest } from '@mcp-coordinator/contract/audit-retention.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../../db/schema.ts';
import { transact } from '../../../db/transaction.ts';
import type { Person } from '../../../http/caller.ts';
import type { Clock, NewId } from '../../../runtime.ts';
import type { RecordAudit } from '../audit-entry.ts';
import { insertRequest, lockRequest, saveRequest, toRequest } from './retention.store.ts';

export interface RequestPruningDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly recordAudit: RecordAudit;
}

/** By hand it takes two people: one who asks, and another one who decides. */
export const requestPruning = (
  { db, clock, newId, recordAudit }: RequestPruningDeps,
  { before, reason }: { before: string; reason: string },
  person: Person,
  requestId: string,
): Promise<Result<AuditPruningRequest, Refusal<'invalid_transition'>>> =>
  transact(db, async (tx) => {
    const row = await insertRequest(tx, {
      id: newId('prune'),
      before: new Date(before),
      reason,
      requestedBy: person.username,
      requesterId: person.userId,
      createdAt: clock(),
    });
    if (row === undefined)
      return deny(
        refuse('invalid_transition', 'Another pruning is open. Nothing was asked for; decide that one first.'),
      );
    await recordAudit(tx, {
      action: 'audit_pruning_requested',
      actor: person.actor,
      target: row.id,
      details: { before, reason },
      requestId,
    });
    return accept(toRequest(row));
  });

type DecideRefusal = Refusal<'not_found' | 'invalid_transition' | 'self_approval'>;

export const decidePruning = (
  { db, clock, recordAudit }: RequestPruningDeps,
  { id, decision, reason }: { id: string; decision: 'approved' | 'rejected'; reason: string },
  person: Person,
  requestId: string,
): Promise<Result<AuditPruningRequest, DecideRefusal>> =>
  transact(db, async (tx): Promise<Result<AuditPruningRequest, DecideRefusal>> => {
    const row = await lockRequest(tx, id);
    if (row === undefined) return deny(refuse('not_found', `There is no request ${id} to prune the audit log.`));
    if (row.status !== 'pending')
      return deny(refuse('invalid_transition', `Request ${id} is ${row.status} already. Nothing was decided.`));
    if (decision === 'approved' && row.requester_id === person.userId)
      return deny(refuse('self_approval', 'Who asked to prune the audit log may not approve it. Nothing was decided.'));
    const saved = await saveRequest(tx, id, {
      status: decision,
      decided_by: person.username,
      decided_at: clock(),
      decision_reason: reason,
    });
    await recordAudit(tx, {
      action: decision === 'approved' ? 'audit_pruning_approved' : 'audit_pruning_rejected',
      actor: person.actor,
      target: id,
      details: { before: row.before.toISOString(), requestedBy: row.requested_by, reason },
      requestId,
    });
    return accept(toRequest(saved));
  });
