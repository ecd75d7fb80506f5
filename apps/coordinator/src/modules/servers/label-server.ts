import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { lockServer } from './servers.store.ts';

/** Says which groups of machines a server belongs to; what stood there before is replaced. */
export const labelServer = (
  { db, recordAudit, publishEvent }: { db: Db; recordAudit: RecordAudit; publishEvent: PublishEvent },
  { id, labels, actor, requestId }: { id: string; labels: readonly string[]; actor: string; requestId: string },
): Promise<Result<string[], Refusal<'not_found'>>> =>
  transact(db, async (tx) => {
    const server = await lockServer(tx, id);
    if (!server) return deny(refuse('not_found', `No server ${id} is registered. Nothing was changed.`));
    const now = [...new Set(labels)].sort();
    await tx
      .updateTable('servers')
      .set({ labels: JSON.stringify(now) })
      .where('id', '=', id)
      .execute();
    const details = { labels: now, before: server.labels };
    await recordAudit(tx, { action: 'server_labelled', actor, target: id, details, requestId });
    await publishEvent(tx, { channel: 'servers', event: 'server.labelled', data: { serverId: id, labels: now } });
    return accept(now);
  });
