import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';
import type { Db } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { findInventory, saveInventory } from './servers.store.ts';

export interface SyncInventoryDeps {
  db: Db;
  clock: Clock;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}

/** What makes two inventories the same for the record: the entries, not when they were looked at. */
const essence = (inventory: Inventory): string =>
  JSON.stringify([
    inventory.files.map((file) => [file.path, file.sectionHash]),
    inventory.servers.map((server) => [server.path, server.name, server.hash]),
  ]);

/** Keeps what an installer reports; leaves a record only when an entry changed, since it is asked for at every assessment. */
export async function syncInventory(
  { db, clock, recordAudit, publishEvent }: SyncInventoryDeps,
  report: { serverId: string; inventory: Inventory; actor: string; requestId?: string },
): Promise<Date> {
  const { serverId, inventory } = report;
  const now = clock();
  await db.transaction().execute(async (tx) => {
    const before = await findInventory(tx, serverId);
    await saveInventory(tx, serverId, inventory, now);
    if (before && essence(before.inventory) === essence(inventory)) return;
    const details = { servers: inventory.servers.length, files: inventory.files.length };
    await recordAudit(tx, {
      action: 'configuration_synced',
      actor: report.actor,
      target: serverId,
      details,
      requestId: report.requestId ?? null,
    });
    await publishEvent(tx, { channel: 'servers', event: 'server.inventory', data: { serverId, ...details } });
  });
  return now;
}
