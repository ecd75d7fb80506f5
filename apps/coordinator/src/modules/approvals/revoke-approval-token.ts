import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import { lockOwnToken, saveRevoked } from './approval-tokens.store.ts';

/** Makes one's own token worthless; doing it twice is no error. */
export const revokeApprovalToken = (
  { db, clock, recordAudit }: { db: Db; clock: Clock; recordAudit: RecordAudit },
  id: string,
  person: Person,
  requestId: string,
): Promise<Result<void, Refusal<'not_found' | 'approval_token_used'>>> =>
  transact<void, Refusal<'not_found' | 'approval_token_used'>>(db, async (tx) => {
    const token = await lockOwnToken(tx, id, person.userId);
    if (!token) return deny(refuse('not_found', `You have no approval token ${id}. Nothing was changed.`));
    if (token.redeemed_at)
      return deny(
        refuse(
          'approval_token_used',
          'The approval token started an execution already. Nothing was changed. Cancel or roll back the execution instead.',
        ),
      );
    if (token.revoked_at) return accept(undefined);
    await saveRevoked(tx, id, clock());
    await recordAudit(tx, { action: 'approval_token_revoked', actor: person.actor, target: id, requestId });
    return accept(undefined);
  });
