import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';
import type { ToolContract } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { ServerKind, ServerStatus } from '@mcp-coordinator/contract/servers.contract';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import { overSocket } from './connection.ts';
import { createEndpointDialler } from './dial-endpoints.ts';
import { createLinkRegistry, type LinkOwner, type LinkRegistryDeps } from './link-registry.ts';
import type { CallOptions, McpLink } from './mcp-link.ts';
import { createServersRoutes, type ServersRoutesDeps } from './servers.routes.ts';
import { allInventories } from './servers.store.ts';

export type ServersModuleDeps = LinkRegistryDeps & Omit<ServersRoutesDeps, 'links' | 'dialNow'>;

export interface ServerFigures {
  id: string;
  status: ServerStatus;
  uptimeSeconds: number | null;
  responseTime: { average: number; p95: number };
  errorRate: number;
}

const unlinked = (serverId: string): Refusal<'server_unreachable'> =>
  refuse(
    'server_unreachable',
    `${serverId} has no link to this coordinator. Nothing was changed. Start it and try again.`,
    { retryAfterSeconds: 5 },
  );

/** Registered servers, their links and inventories; the only place that speaks MCP to them. */
export function createServersModule(deps: ServersModuleDeps) {
  const links = createLinkRegistry(deps);
  const { db, clock } = deps;
  const dialler = createEndpointDialler({ ...deps, links });

  return {
    handlers: createServersRoutes({ ...deps, links, dialNow: () => dialler.lookNow() }),
    acceptLink: (socket: WebSocket, owner: LinkOwner): Promise<void> => links.hold(overSocket(socket), owner),
    cutKey: links.cutKey,
    /** Ids of servers of this kind that this instance can call now. */
    linked: (kind: ServerKind): string[] => links.ofKind(kind).map((link) => link.serverId),
    call: async <Tool extends ToolContract>(
      serverId: string,
      name: string,
      tool: Tool,
      args: z.input<Tool['input']>,
      options: CallOptions,
    ): Promise<Result<z.output<Tool['output']>, Refusal<'server_unreachable'>>> => {
      const link = links.get(serverId);
      return link ? link.call(name, tool, args, options) : deny(unlinked(serverId));
    },
    /** Asks every linked installer anew; those that do not answer in time keep what they reported last. */
    refreshInventories: async (): Promise<void> => {
      await Promise.all(links.ofKind('installer').map((link) => links.refreshInventory(link.serverId)));
    },
    inventories: async (): Promise<{ serverId: string; inventory: Inventory }[]> =>
      (await allInventories(db)).map((row) => ({ serverId: row.server_id, inventory: row.inventory })),
    /** The link as it is now, for a grant that names its nonce and must go over no other. */
    linkOf: (serverId: string): Result<McpLink & { nonce: string }, Refusal<'server_unreachable'>> => {
      const link = links.get(serverId);
      if (!link) return deny(unlinked(serverId));
      const { nonce } = link;
      return nonce === null
        ? deny(
            refuse(
              'server_unreachable',
              `${serverId} gave no nonce when it registered, so no grant can be made for it. Nothing was changed.`,
            ),
          )
        : accept({ ...link, nonce });
    },
    figures: async (): Promise<ServerFigures[]> => {
      const rows = await db.selectFrom('servers').select(['id', 'status']).orderBy('id').execute();
      return rows.map(({ id, status }) => {
        const link = links.get(id);
        const none = { responseTime: { average: 0, p95: 0 }, errorRate: 0 };
        const uptimeSeconds = link ? Math.round((clock().getTime() - link.since.getTime()) / 1000) : null;
        return { id, status, uptimeSeconds, ...(link?.timings.figures() ?? none) };
      });
    },
    /** Nobody is linked at the start, whatever the last run left behind. */
    start: async (): Promise<void> => {
      await db
        .updateTable('servers')
        .set({ status: 'unreachable', reason: 'it has not linked since the coordinator started', linked_since: null })
        .execute();
      dialler.start();
      dialler.lookNow();
    },
    stop: (): void => {
      dialler.stop();
      links.stop();
    },
  };
}
export type ServersModule = ReturnType<typeof createServersModule>;
