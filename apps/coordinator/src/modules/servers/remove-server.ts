import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { tellLinks } from './links.store.ts';
import { lockServer } from './servers.store.ts';

/** Forgets a registration and its inventory; what it did stays in the audit log. */
export const removeServer = (
  { db, recordAudit, publishEvent }: { db: Db; recordAudit: RecordAudit; publishEvent: PublishEvent },
  { id, actor, requestId }: { id: string; actor: string; requestId: string },
): Promise<Result<void, Refusal<'not_found'>>> =>
  transact(db, async (tx) => {
    const server = await lockServer(tx, id);
    if (!server) return deny(refuse('not_found', `No server ${id} is registered. Nothing was changed.`));
    await tx.deleteFrom('servers').where('id', '=', id).execute();
    // Its place in the directory is gone with it; whoever holds the link ends it.
    await tellLinks(tx);
    await recordAudit(tx, {
      action: 'server_removed',
      actor,
      target: id,
      details: { kind: server.kind, version: server.version },
      requestId,
    });
    await publishEvent(tx, { channel: 'servers', event: 'server.removed', data: { serverId: id } });
    return accept(undefined);
  });
