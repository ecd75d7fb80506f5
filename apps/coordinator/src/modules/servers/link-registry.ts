import { LINK_CLOSE_FENCED, LINK_CLOSE_MOVED } from '@mcp-coordinator/contract/link-transport';
import { INSTALLER_TOOLS, SERVER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import type { ServerKind, ServerStatus } from '@mcp-coordinator/contract/servers.contract';
import { accept } from '@mcp-coordinator/core/result';
import type { Logger } from 'pino';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { Connection } from './connection.ts';
import * as places from './links.store.ts';
import { type McpLink, openMcpLink } from './mcp-link.ts';
import { findServer, saveStatus } from './servers.store.ts';
import { syncInventory } from './sync-inventory.ts';

export interface LinkRegistryDeps {
  db: Db;
  clock: Clock;
  log: Logger;
  version: string;
  instanceId: string;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}
export interface LinkOwner {
  serverId: string;
  kind: ServerKind;
  /** The machine key that opened it; none where the coordinator dialled. */
  keyId: string | null;
  actor: string;
}
interface Held {
  link: McpLink | null;
  /** Of this link in the directory; nothing until it has its place there. */
  epoch: number | null;
  readonly connection: Connection;
  readonly owner: LinkOwner;
}

/** RFC 6455: a policy is violated. */
const LINK_CLOSE_REFUSED = 1008;
const INVENTORY_TIMEOUT_MS = 60_000;

/** The links this instance holds: one for each server, the newer fencing the older, on whichever instance that is. */
export function createLinkRegistry(deps: LinkRegistryDeps) {
  const { db, clock, log, instanceId } = deps;
  const held = new Map<string, Held>();
  let leaving = false;

  /** Writes only while this very link has its place in the directory: what a stale holder saw is no news. */
  const note = async (
    { owner, epoch }: Held,
    status: ServerStatus,
    reason: string | null,
    change: { linkedSince?: Date | null; also?: (tx: Tx) => Promise<void> } = {},
  ): Promise<void> => {
    if (epoch === null) return;
    const { serverId, actor } = owner;
    const { linkedSince, also } = change;
    await transact<void, never>(db, async (tx) => {
      if (!(await places.lockLink(tx, { serverId, epoch, instanceId }))) return accept(undefined);
      await also?.(tx);
      const when = linkedSince === undefined ? {} : { linkedSince };
      await saveStatus(tx, serverId, { status, reason, seenAt: clock(), ...when });
      if (linkedSince !== undefined) {
        const action = status === 'unreachable' ? 'server_unlinked' : 'server_linked';
        await deps.recordAudit(tx, { action, actor, target: serverId, details: { status, reason } });
      }
      const data = { serverId, status, reason };
      await deps.publishEvent(tx, { channel: 'servers', event: 'server.status', data });
      return accept(undefined);
    });
  };

  /** Says so once: what is dialled is tried again every few seconds. Never of a server that has a link somewhere. */
  const noteUnreachable = async (serverId: string, reason: string): Promise<void> => {
    await transact<void, never>(db, async (tx) => {
      const server = await findServer(tx, serverId);
      const place = (await places.linksOf(tx, [serverId])).get(serverId);
      const isTold = server?.status === 'unreachable' && server.reason === reason;
      if (!server || isTold || (place?.instance_id ?? null) !== null) return accept(undefined);
      await saveStatus(tx, serverId, { status: 'unreachable', reason, linkedSince: null });
      const data = { serverId, status: 'unreachable', reason };
      await deps.publishEvent(tx, { channel: 'servers', event: 'server.status', data });
      return accept(undefined);
    });
  };

  const forget = async (entry: Held): Promise<void> => {
    const { owner, epoch } = entry;
    const { serverId } = owner;
    if (held.get(serverId) !== entry) return;
    held.delete(serverId);
    const also = (tx: Tx): Promise<void> => places.freeLink(tx, serverId);
    if (entry.link) return note(entry, 'unreachable', 'its link is closed', { linkedSince: null, also });
    if (epoch === null) return;
    // Without a session there was no link that could have ended.
    await transact<void, never>(db, async (tx) => {
      if (await places.lockLink(tx, { serverId, epoch, instanceId })) await also(tx);
      return accept(undefined);
    });
    await noteUnreachable(serverId, 'no MCP session could be opened');
  };

  /** Lists what the configuration of the machine holds, and keeps it. */
  const fetchInventory = async (link: McpLink, owner: LinkOwner, fresh: boolean) => {
    const { list_servers } = INSTALLER_TOOLS;
    const answer = await link.call('list_servers', list_servers, { fresh }, { timeoutMs: INVENTORY_TIMEOUT_MS });
    if (answer.ok)
      await syncInventory(deps, { serverId: owner.serverId, inventory: answer.value.inventory, actor: owner.actor });
    return answer;
  };

  const settle = async (entry: Held, link: McpLink): Promise<void> => {
    const { owner } = entry;
    const change = { linkedSince: link.since, also: (tx: Tx) => places.markReady(tx, owner.serverId) };
    const missing = Object.keys(SERVER_TOOLS[owner.kind]).filter((tool) => !link.toolNames.includes(tool));
    if (missing.length > 0) return note(entry, 'degraded', `it does not offer ${missing.join(', ')}`, change);
    if (owner.kind === 'compliance') return note(entry, 'healthy', null, change);
    await note(entry, 'degraded', 'its inventory has not arrived yet', change);
    const inventory = await fetchInventory(link, owner, false);
    if (held.get(owner.serverId) !== entry) return;
    await note(entry, inventory.ok ? 'healthy' : 'degraded', inventory.ok ? null : inventory.refusal.detail);
  };

  const guarded = (work: Promise<void>, owner: LinkOwner): Promise<void> =>
    work.catch((error: unknown) => log.warn({ err: error, serverId: owner.serverId }, 'a link could not be kept up'));

  const open = async (entry: Held, onlyFree: boolean): Promise<void> => {
    const { owner, connection } = entry;
    const { serverId } = owner;
    const claim = await db.transaction().execute((tx) => places.claimLink(tx, serverId, instanceId, { onlyFree }));
    if (!claim) {
      // Removed, or never there: nobody has said what it is, so nothing is asked of it. Or another instance dialled it.
      if (held.get(serverId) === entry) held.delete(serverId);
      return connection.end(LINK_CLOSE_REFUSED, 'it has not registered');
    }
    entry.epoch = claim.epoch;
    const facts = { serverId, version: deps.version, now: clock(), nonce: claim.nonce };
    const link = await openMcpLink(connection.transport, facts, () => connection.end(1000, 'the session ended'));
    entry.link = link;
    await settle(entry, link);
  };

  /** Ends what another instance took over meanwhile, or takes back what was given up while we were not heard of. */
  const checkOne = async (entry: Held, place: { epoch: number; instance_id: string | null } | undefined) => {
    const { owner, epoch, connection } = entry;
    if (held.get(owner.serverId) !== entry || epoch === null) return;
    if (!place) return connection.end(LINK_CLOSE_REFUSED, 'no longer registered');
    if (place.epoch === epoch && place.instance_id === instanceId) return;
    const mine = { serverId: owner.serverId, epoch, instanceId };
    const back = place.epoch === epoch && (await db.transaction().execute((tx) => places.reclaimLink(tx, mine)));
    if (back && entry.link) return note(entry, 'healthy', null, { linkedSince: entry.link.since });
    held.delete(owner.serverId);
    connection.end(LINK_CLOSE_FENCED, 'a newer link took its place');
  };

  return {
    /** Takes over a connection that was authenticated and permitted already. */
    hold: (connection: Connection, owner: LinkOwner, { onlyFree = false } = {}): Promise<void> => {
      if (leaving) {
        connection.end(LINK_CLOSE_MOVED, 'this coordinator stops');
        return Promise.resolve();
      }
      const older = held.get(owner.serverId);
      const entry: Held = { link: null, epoch: null, connection, owner };
      held.set(owner.serverId, entry);
      older?.connection.end(LINK_CLOSE_FENCED, 'a newer link took its place');
      connection.onEnd(() => void guarded(leaving ? Promise.resolve() : forget(entry), owner));
      const opened = open(entry, onlyFree).catch((error: unknown) => {
        connection.end(1002, 'the MCP handshake failed');
        throw error;
      });
      return guarded(opened, owner);
    },
    noteUnreachable,
    has: (serverId: string): boolean => held.has(serverId),
    get: (serverId: string): McpLink | undefined => held.get(serverId)?.link ?? undefined,
    /** The link of this very epoch. */
    at: (serverId: string, epoch: number): McpLink | undefined => {
      const entry = held.get(serverId);
      return (entry?.epoch === epoch && entry.link) || undefined;
    },
    kindOf: (serverId: string): ServerKind | undefined => held.get(serverId)?.owner.kind,
    /** False when that installer has no link here. */
    refreshInventory: async (serverId: string): Promise<boolean> => {
      const entry = held.get(serverId);
      if (!entry?.link) return false;
      await fetchInventory(entry.link, entry.owner, true);
      return true;
    },
    /** Holds what is here against the directory. */
    check: async (): Promise<void> => {
      const entries = [...held.values()].filter(({ epoch }) => epoch !== null);
      if (leaving || entries.length === 0) return;
      const found = await places.linksOf(
        db,
        entries.map(({ owner }) => owner.serverId),
      );
      for (const entry of entries) await checkOne(entry, found.get(entry.owner.serverId));
    },
    /** Ends the links that a revoked key holds. */
    cutKey: (keyId: string): void => {
      for (const { owner, connection } of held.values())
        if (owner.keyId === keyId) connection.end(LINK_CLOSE_REFUSED, 'its key was revoked');
    },
    /** Gives all links up: calls that are under way get their answers first, then the servers are sent elsewhere. */
    leave: async (withinMs: number): Promise<void> => {
      leaving = true;
      await places
        .moveLinksOf(db, instanceId)
        .catch((error: unknown) => log.warn({ err: error }, 'links were not moved'));
      const over = new Promise<void>((resolve) => setTimeout(resolve, withinMs).unref());
      const settled = [...held.values()].flatMap(({ link }) => (link ? [link.settled()] : []));
      await Promise.race([over, Promise.all(settled)]);
      for (const { connection } of held.values()) connection.end(LINK_CLOSE_MOVED, 'this coordinator stops');
    },
  };
}
export type LinkRegistry = ReturnType<typeof createLinkRegistry>;
