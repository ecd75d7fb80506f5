import type { ConsentDemand, MachineDemand } from '@mcp-coordinator/contract/consent.contract';
import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';
import type { RegisteredServer, ServerKind, ServerStatus } from '@mcp-coordinator/contract/servers.contract';
import { type Selectable, sql } from 'kysely';
import { isLiveInstance } from '../../db/live-instance.ts';
import { cappedCount, type PageRequest, pageOf } from '../../db/paging.ts';
import type { Db, Schema, Tx } from '../../db/schema.ts';

export type ServerRow = Selectable<Schema['servers']>;
type ListedRow = ServerRow & { mcp_servers: number | null; inventory_at: Date | null };

const listed = (db: Db | Tx) =>
  db
    .selectFrom('servers')
    .leftJoin('inventories', 'inventories.server_id', 'servers.id')
    .selectAll('servers')
    .select([
      'inventories.received_at as inventory_at',
      sql<number | null>`jsonb_array_length(inventories.inventory -> 'servers')`.as('mcp_servers'),
    ]);

export function toServer(row: ListedRow): RegisteredServer {
  return {
    id: row.id,
    kind: row.kind,
    version: row.version,
    status: row.status,
    reason: row.reason,
    tools: row.tools,
    labels: row.labels,
    contact: row.contact as RegisteredServer['contact'],
    endpoint: row.endpoint_url ? { url: row.endpoint_url } : null,
    consent: row.consent,
    registeredAt: row.registered_at.toISOString(),
    linkedSince: row.linked_since?.toISOString() ?? null,
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    mcpServers: row.mcp_servers,
    inventoryAt: row.inventory_at?.toISOString() ?? null,
  };
}

export interface ServerFilter extends PageRequest {
  kind?: ServerKind | undefined;
  status?: ServerStatus | undefined;
  /** A machine key sees its own server only. */
  only?: string | undefined;
}

export async function listServers(db: Db, filter: ServerFilter) {
  let query = listed(db);
  if (filter.kind) query = query.where('servers.kind', '=', filter.kind);
  if (filter.status) query = query.where('servers.status', '=', filter.status);
  if (filter.only) query = query.where('servers.id', '=', filter.only);
  const total = await cappedCount(db, query.clearSelect().select('servers.id'));
  const rows = await query
    .orderBy('servers.id')
    .limit(filter.limit + 1)
    .offset(filter.offset ?? 0)
    .execute();
  return pageOf(rows, filter, total, (row) => ({ at: row.registered_at, id: row.id }));
}

export const findServer = (db: Db | Tx, id: string): Promise<ListedRow | undefined> =>
  listed(db).where('servers.id', '=', id).executeTakeFirst();

export const lockServer = (tx: Tx, id: string): Promise<ServerRow | undefined> =>
  tx.selectFrom('servers').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

export interface NewRegistration {
  id: string;
  kind: ServerKind;
  version: string;
  tools: readonly string[];
  contact: unknown;
  health: unknown;
  endpointUrl: string | null;
  nonce: string | null;
  consent: ConsentDemand | null;
  now: Date;
}

const json = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value));

export async function saveRegistration(tx: Tx, server: NewRegistration): Promise<void> {
  const values = {
    version: server.version,
    tools: JSON.stringify(server.tools),
    contact: json(server.contact),
    health: json(server.health),
    endpoint_url: server.endpointUrl,
    nonce: server.nonce,
    consent: json(server.consent),
    last_seen_at: server.now,
  };
  await tx
    .insertInto('servers')
    .values({
      id: server.id,
      kind: server.kind,
      registered_at: server.now,
      status: 'unknown',
      reason: 'not linked yet',
      linked_since: null,
      ...values,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}

export async function saveStatus(
  db: Db | Tx,
  id: string,
  change: { status: ServerStatus; reason: string | null; linkedSince?: Date | null; seenAt?: Date },
): Promise<void> {
  await db
    .updateTable('servers')
    .set({
      status: change.status,
      reason: change.reason,
      ...(change.linkedSince === undefined ? {} : { linked_since: change.linkedSince }),
      ...(change.seenAt ? { last_seen_at: change.seenAt } : {}),
    })
    .where('id', '=', id)
    .execute();
}

/** All whose link no living instance holds. */
export async function markUnlinked(db: Db, reason: string): Promise<void> {
  await db
    .updateTable('servers')
    .set({ status: 'unreachable', reason, linked_since: null })
    .where('status', '<>', 'unreachable')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('links')
            .select('links.server_id')
            .whereRef('links.server_id', '=', 'servers.id')
            .where(isLiveInstance('links.instance_id')),
        ),
      ),
    )
    .execute();
}

export async function saveInventory(tx: Tx, serverId: string, inventory: Inventory, now: Date): Promise<void> {
  const values = { inventory: JSON.stringify(inventory), received_at: now };
  await tx
    .insertInto('inventories')
    .values({ server_id: serverId, ...values })
    .onConflict((conflict) => conflict.column('server_id').doUpdateSet(values))
    .execute();
}

export const findInventory = (db: Db | Tx, serverId: string) =>
  db.selectFrom('inventories').selectAll().where('server_id', '=', serverId).executeTakeFirst();

export const allInventories = (db: Db | Tx) =>
  db
    .selectFrom('inventories')
    .innerJoin('servers', 'servers.id', 'inventories.server_id')
    .selectAll('inventories')
    .select('servers.labels')
    .orderBy('server_id')
    .execute();

/** What machines ask for themselves before they carry out anything. */
export async function machineDemands(from: Db | Tx): Promise<MachineDemand[]> {
  const rows = await from
    .selectFrom('servers')
    .select(['id', 'consent'])
    .where('consent', 'is not', null)
    .orderBy('id')
    .execute();
  return rows.flatMap(({ id, consent }) => (consent ? [{ installerId: id, ...consent }] : []));
}

/** The servers that the coordinator dials. */
export const endpoints = (db: Db) =>
  db.selectFrom('servers').select(['id', 'kind', 'endpoint_url']).where('endpoint_url', 'is not', null).execute();
