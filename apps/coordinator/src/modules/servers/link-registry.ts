import { LINK_CLOSE_FENCED } from '@mcp-coordinator/contract/link-transport';
import { INSTALLER_TOOLS, SERVER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import type { ServerKind, ServerStatus } from '@mcp-coordinator/contract/servers.contract';
import type { Logger } from 'pino';
import type { Db } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { Connection } from './connection.ts';
import { type McpLink, openMcpLink } from './mcp-link.ts';
import { findServer, saveStatus } from './servers.store.ts';
import { syncInventory } from './sync-inventory.ts';

export interface LinkRegistryDeps {
  db: Db;
  clock: Clock;
  log: Logger;
  version: string;
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
  connection: Connection;
  owner: LinkOwner;
}

/** RFC 6455: a policy is violated. */
const LINK_CLOSE_REFUSED = 1008;
const INVENTORY_TIMEOUT_MS = 60_000;

/** The links this instance holds: one for each server, the newer fencing the older. */
export function createLinkRegistry(deps: LinkRegistryDeps) {
  const { db, clock, log } = deps;
  const held = new Map<string, Held>();
  let stopping = false;

  const note = async (owner: LinkOwner, status: ServerStatus, reason: string | null, linkedSince?: Date | null) => {
    const linked = status !== 'unreachable';
    await db.transaction().execute(async (tx) => {
      await saveStatus(tx, owner.serverId, {
        status,
        reason,
        seenAt: clock(),
        ...(linkedSince === undefined ? {} : { linkedSince }),
      });
      const entry = { actor: owner.actor, target: owner.serverId, details: { status, reason } };
      if (linkedSince !== undefined)
        await deps.recordAudit(tx, { action: linked ? 'server_linked' : 'server_unlinked', ...entry });
      await deps.publishEvent(tx, {
        channel: 'servers',
        event: 'server.status',
        data: { serverId: owner.serverId, status, reason },
      });
    });
  };

  const forget = async (entry: Held): Promise<void> => {
    if (held.get(entry.owner.serverId) !== entry) return;
    held.delete(entry.owner.serverId);
    await note(entry.owner, 'unreachable', 'its link is closed', null);
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
    const missing = Object.keys(SERVER_TOOLS[owner.kind]).filter((tool) => !link.toolNames.includes(tool));
    if (missing.length > 0) return note(owner, 'degraded', `it does not offer ${missing.join(', ')}`, link.since);
    if (owner.kind === 'compliance') return note(owner, 'healthy', null, link.since);
    await note(owner, 'degraded', 'its inventory has not arrived yet', link.since);
    const inventory = await fetchInventory(link, owner, false);
    if (held.get(owner.serverId) !== entry) return;
    await note(owner, inventory.ok ? 'healthy' : 'degraded', inventory.ok ? null : inventory.refusal.detail);
  };

  const guarded = (work: Promise<void>, owner: LinkOwner): Promise<void> =>
    work.catch((error: unknown) => log.warn({ err: error, serverId: owner.serverId }, 'a link could not be kept up'));

  return {
    /** Takes over a connection that was authenticated and permitted already. */
    hold: (connection: Connection, owner: LinkOwner): Promise<void> => {
      const { serverId } = owner;
      const older = held.get(serverId);
      const entry: Held = { link: null, connection, owner };
      held.set(serverId, entry);
      older?.connection.end(LINK_CLOSE_FENCED, 'a newer link took its place');
      connection.onEnd(() => void guarded(stopping ? Promise.resolve() : forget(entry), owner));
      const open = async (): Promise<void> => {
        // Registered for this very link, just before it: grants that go over it name no other.
        const server = await findServer(db, serverId);
        if (!server) {
          // Removed, or never there: nobody has said what it is, so nothing is asked of it.
          if (held.get(serverId) === entry) held.delete(serverId);
          return connection.end(LINK_CLOSE_REFUSED, 'it has not registered');
        }
        const facts = { serverId, version: deps.version, now: clock(), nonce: server.nonce };
        const link = await openMcpLink(connection.transport, facts, () => connection.end(1000, 'the session ended'));
        entry.link = link;
        await settle(entry, link);
      };
      return guarded(
        open().catch((error: unknown) => {
          connection.end(1002, 'the MCP handshake failed');
          throw error;
        }),
        owner,
      );
    },
    has: (serverId: string): boolean => held.has(serverId),
    get: (serverId: string): McpLink | undefined => held.get(serverId)?.link ?? undefined,
    ofKind: (kind: ServerKind): McpLink[] =>
      [...held.values()].flatMap(({ owner, link }) => (owner.kind === kind && link ? [link] : [])),
    refreshInventory: async (serverId: string) => {
      const entry = held.get(serverId);
      return entry?.link ? fetchInventory(entry.link, entry.owner, true) : undefined;
    },
    /** Ends the link of a server that was removed. */
    cut: (serverId: string): void => held.get(serverId)?.connection.end(LINK_CLOSE_REFUSED, 'no longer registered'),
    /** Ends the links that a revoked key holds. */
    cutKey: (keyId: string): void => {
      for (const { owner, connection } of held.values())
        if (owner.keyId === keyId) connection.end(LINK_CLOSE_REFUSED, 'its key was revoked');
    },
    stop: (): void => {
      stopping = true;
      for (const { connection } of held.values()) connection.end(1001, 'the coordinator stops');
    },
  };
}
export type LinkRegistry = ReturnType<typeof createLinkRegistry>;
