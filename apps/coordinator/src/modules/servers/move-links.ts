import { accept } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { giveUpMoved, moveLinksOfDead } from './links.store.ts';
import { saveStatus } from './servers.store.ts';

export interface MoveLinksDeps {
  db: Db;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}

const EXPECTED = 'its coordinator is gone; it is about to link to another one';
const GIVEN_UP = 'its coordinator went away, and it has not linked to another one';

/** Lets go of the links of dead instances, and gives up on servers that did not come back from one. */
export async function moveLinks(deps: MoveLinksDeps): Promise<void> {
  await inBatches(deps, moveLinksOfDead, (tx, id) => note(deps, tx, id, 'degraded', EXPECTED));
  await inBatches(deps, giveUpMoved, async (tx, id) => {
    await note(deps, tx, id, 'unreachable', GIVEN_UP);
    const details = { status: 'unreachable', reason: GIVEN_UP };
    await deps.recordAudit(tx, { action: 'server_unlinked', actor: 'system', target: id, details });
  });
}

async function inBatches(
  { db }: MoveLinksDeps,
  take: (tx: Tx) => Promise<string[]>,
  each: (tx: Tx, serverId: string) => Promise<void>,
): Promise<void> {
  for (;;) {
    const taken = await transact<number, never>(db, async (tx) => {
      const ids = await take(tx);
      for (const id of ids) await each(tx, id);
      return accept(ids.length);
    });
    if (!taken.ok || taken.value === 0) return;
  }
}

async function note(
  { publishEvent }: MoveLinksDeps,
  tx: Tx,
  serverId: string,
  status: 'degraded' | 'unreachable',
  reason: string,
): Promise<void> {
  await saveStatus(tx, serverId, { status, reason, linkedSince: null });
  await publishEvent(tx, { channel: 'servers', event: 'server.status', data: { serverId, status, reason } });
}
