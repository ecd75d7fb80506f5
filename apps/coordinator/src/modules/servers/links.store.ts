import type { ServerKind } from '@mcp-coordinator/contract/servers.contract';
import { sql } from 'kysely';
import { isLiveInstance } from '../../db/live-instance.ts';
import type { Db, Tx } from '../../db/schema.ts';

/** To every instance: a link was taken over, or its server removed. */
export const LINKS_CHANGED = 'mcp_coordinator_links';
/** A server whose instance is gone is expected at another one for this long. */
const MOVING_SECONDS = 10;
const BATCH = 200;

const now = sql<Date>`clock_timestamp()`;
const isMoving = sql<boolean>`coalesce(links.moved_at > clock_timestamp() - make_interval(secs => ${MOVING_SECONDS}), false)`;
const isHeldAlive = isLiveInstance('links.instance_id');

export const tellLinks = (tx: Tx): Promise<unknown> => sql`select pg_notify(${LINKS_CHANGED}, '')`.execute(tx);

export interface Claim {
  epoch: number;
  /** What the server registered for this very link, just before it. */
  nonce: string | null;
}

/**
 * Makes this instance the holder of a server's link; whoever held an older one is told to look. With `onlyFree` a link that a
 * living instance holds stays there. Nothing when it stays, or no such server is registered.
 */
export async function claimLink(
  tx: Tx,
  serverId: string,
  instanceId: string,
  { onlyFree }: { onlyFree: boolean },
): Promise<Claim | undefined> {
  const before = await tx
    .selectFrom('links')
    .select(['instance_id', isHeldAlive.as('alive')])
    .where('server_id', '=', serverId)
    .forUpdate()
    .executeTakeFirst();
  if (onlyFree && before?.alive) return undefined;
  const { rows } = await sql<Claim>`
    insert into links (server_id, epoch, instance_id, nonce, ready)
    select id, 1, ${instanceId}, nonce, false from servers where id = ${serverId}
    on conflict (server_id) do update set epoch = links.epoch + 1, instance_id = excluded.instance_id,
      nonce = excluded.nonce, ready = false, moved_at = null
    returning epoch, nonce`.execute(tx);
  if (before?.instance_id && before.instance_id !== instanceId) await tellLinks(tx);
  return rows[0];
}

export interface LinkPlace {
  serverId: string;
  epoch: number;
  instanceId: string;
}

/** Locks the place of a link; false when it is not this link's any more. */
export async function lockLink(tx: Tx, place: LinkPlace): Promise<boolean> {
  const row = await tx
    .selectFrom('links')
    .select('server_id')
    .where('server_id', '=', place.serverId)
    .where('epoch', '=', place.epoch)
    .where('instance_id', '=', place.instanceId)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** From here on calls may go over it. */
export async function markReady(tx: Tx, serverId: string): Promise<void> {
  await tx.updateTable('links').set({ ready: true }).where('server_id', '=', serverId).execute();
}

/** The server went away by itself: it is expected nowhere. */
export async function freeLink(tx: Tx, serverId: string): Promise<void> {
  await tx.updateTable('links').set({ instance_id: null, ready: false }).where('server_id', '=', serverId).execute();
}

/** Takes a link back that was given up while its holder was not heard of; false when somebody else has it by now. */
export async function reclaimLink(tx: Tx, { serverId, epoch, instanceId }: LinkPlace): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('links')
    .set({ instance_id: instanceId, ready: true, moved_at: null })
    .where('server_id', '=', serverId)
    .where('epoch', '=', epoch)
    .where('instance_id', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** This instance lets go of all its links; their servers are about to dial another one. */
export async function moveLinksOf(db: Db, instanceId: string): Promise<void> {
  await db
    .updateTable('links')
    .set({ instance_id: null, ready: false, moved_at: now })
    .where('instance_id', '=', instanceId)
    .execute();
}

/** The same for the links of the dead. Answers the servers, a batch at a time. */
export async function moveLinksOfDead(tx: Tx): Promise<string[]> {
  const rows = await tx
    .updateTable('links')
    .set({ instance_id: null, ready: false, moved_at: now })
    .where('server_id', 'in', (eb) =>
      eb
        .selectFrom('links')
        .select('server_id')
        .where('instance_id', 'is not', null)
        .where(sql<boolean>`not ${isHeldAlive}`)
        .limit(BATCH)
        .forUpdate()
        .skipLocked(),
    )
    .returning('server_id')
    .execute();
  return rows.map((row) => row.server_id);
}

/** Servers that were expected elsewhere and have not come, a batch at a time; they are expected no longer. */
export async function giveUpMoved(tx: Tx): Promise<string[]> {
  const rows = await tx
    .updateTable('links')
    .set({ moved_at: null })
    .where('server_id', 'in', (eb) =>
      eb
        .selectFrom('links')
        .select('server_id')
        .where('moved_at', 'is not', null)
        .where(sql<boolean>`not ${isMoving}`)
        .limit(BATCH)
        .forUpdate()
        .skipLocked(),
    )
    .returning('server_id')
    .execute();
  return rows.map((row) => row.server_id);
}

export type FoundLink = NonNullable<Awaited<ReturnType<typeof findLink>>>;

/** Where the link of a server is, as of now. */
export const findLink = (db: Db, serverId: string) =>
  db
    .selectFrom('links')
    .leftJoin('instances', 'instances.id', 'links.instance_id')
    .select(['links.epoch', 'links.instance_id', 'links.nonce', 'links.ready', 'instances.url'])
    .select([isHeldAlive.as('alive'), isMoving.as('moving')])
    .where('links.server_id', '=', serverId)
    .executeTakeFirst();

/** Servers of this kind that can be called now, through whichever instance. */
export async function linkedServers(from: Db | Tx, kind: ServerKind): Promise<string[]> {
  const rows = await from
    .selectFrom('links')
    .innerJoin('servers', 'servers.id', 'links.server_id')
    .select('servers.id')
    .where('servers.kind', '=', kind)
    .where('links.ready', '=', true)
    .where(isHeldAlive)
    .orderBy('servers.id')
    .execute();
  return rows.map((row) => row.id);
}

/** Epochs by server. */
export async function linksOf(from: Db | Tx, serverIds: readonly string[]) {
  const rows = await from
    .selectFrom('links')
    .select(['server_id', 'epoch', 'instance_id'])
    .where('server_id', '=', sql<string>`any(${sql.val(serverIds)}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.server_id, row]));
}
