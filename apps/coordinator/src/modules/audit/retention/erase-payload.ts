import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../../db/schema.ts';
import { transact } from '../../../db/transaction.ts';
import type { Person } from '../../../http/caller.ts';
import type { RecordAudit } from '../audit-entry.ts';
import { erasePayload, findPayload } from './retention.store.ts';

export interface ErasePayloadDeps {
  readonly db: Db;
  readonly recordAudit: RecordAudit;
  readonly flush: () => Promise<void>;
}

/** Takes the details of a record away for good, salt included, and records that; what was hashed of them stays. */
export async function eraseAuditPayload(
  { db, recordAudit, flush }: ErasePayloadDeps,
  { id, reason }: { id: string; reason: string },
  person: Person,
  requestId: string,
): Promise<Result<string, Refusal<'not_found' | 'invalid_transition'>>> {
  // A record is erased once it is in the tree: before that nothing vouches for what it was.
  await flush();
  return transact(db, async (tx): Promise<Result<string, Refusal<'not_found' | 'invalid_transition'>>> => {
    const found = await findPayload(tx, id);
    if (found === undefined) return deny(refuse('not_found', `There is no audit record ${id}. Nothing was erased.`));
    if (!(await erasePayload(tx, id))) {
      const why = found.erased ? 'were erased before' : 'are not in the tree yet; try again in a second';
      return deny(refuse('invalid_transition', `The details of ${id} ${why}. Nothing was erased now.`));
    }
    await recordAudit(tx, {
      action: 'audit_payload_erased',
      actor: person.actor,
      target: id,
      details: { reason },
      requestId,
    });
    return accept(id);
  });
}
