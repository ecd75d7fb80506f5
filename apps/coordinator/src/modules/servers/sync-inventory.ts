import type { Drift, Inventory } from '@mcp-coordinator/contract/inventory.contract';
import { standingDrift } from '@mcp-coordinator/core/assessments/standing-drift';
import type { Db, Tx } from '../../db/schema.ts';
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

interface InventoryReport {
  readonly serverId: string;
  readonly inventory: Inventory;
  readonly actor: string;
  readonly requestId?: string;
}

/** Keeps what an installer reports; leaves a record only when an entry changed, since it is asked for at every assessment. */
export async function syncInventory(
  { db, clock, recordAudit, publishEvent }: SyncInventoryDeps,
  report: InventoryReport,
): Promise<Date> {
  const { serverId, inventory } = report;
  const now = clock();
  const drifted = inventory.drift ?? [];
  await db.transaction().execute(async (tx) => {
    const before = await findInventory(tx, serverId);
    const { drift: _reported, ...seen } = inventory;
    const standing = standingDrift(before?.inventory, inventory);
    await saveInventory(tx, serverId, standing.length === 0 ? seen : { ...seen, drift: standing }, now);
    if (drifted.length > 0) await tellOfDrift(tx, { recordAudit, publishEvent }, report, drifted);
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

/** Somebody changed a file past the coordinator: which entries, and how, without a value of theirs. */
async function tellOfDrift(
  tx: Tx,
  { recordAudit, publishEvent }: Pick<SyncInventoryDeps, 'recordAudit' | 'publishEvent'>,
  { serverId, actor, requestId }: InventoryReport,
  drifted: readonly Drift[],
): Promise<void> {
  const files = drifted.map(({ client, scope, path, seenAt, servers }) => ({
    ...{ client, scope, path, seenAt },
    servers: servers.map(({ name, change }) => ({ name, change })),
  }));
  await recordAudit(tx, {
    action: 'configuration_drifted',
    actor,
    target: serverId,
    details: { files },
    requestId: requestId ?? null,
  });
  await publishEvent(tx, { channel: 'servers', event: 'server.drifted', data: { serverId, files } });
}
