import type { AlertNotification } from '@mcp-coordinator/contract/alert-channels.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../../db/schema.ts';
import { transact } from '../../../db/transaction.ts';
import type { Clock } from '../../../runtime.ts';
import type { RecordAudit } from '../../audit/audit.module.ts';
import { lockNotification, saveRetry, toNotification } from './notifications.store.ts';

type No = Refusal<'not_found' | 'invalid_transition'>;

/** Gives a notification that failed all its attempts anew. */
export function retryNotification(
  { db, clock, recordAudit }: { readonly db: Db; readonly clock: Clock; readonly recordAudit: RecordAudit },
  { id, actor, requestId }: { readonly id: string; readonly actor: string; readonly requestId: string },
): Promise<Result<AlertNotification, No>> {
  return transact<AlertNotification, No>(db, async (tx) => {
    const row = await lockNotification(tx, id);
    if (!row) return deny(refuse('not_found', `There is no notification ${id}.`));
    if (row.state !== 'failed') {
      const detail = `The notification ${id} is ${row.state}; only one that failed is sent again. Nothing was changed.`;
      return deny(refuse('invalid_transition', detail));
    }
    const details = { channel: row.channel };
    await recordAudit(tx, { action: 'alert_notification_retried', actor, target: id, details, requestId });
    return accept(toNotification(await saveRetry(tx, id, clock())));
  });
}
