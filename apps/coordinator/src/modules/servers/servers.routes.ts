import { linkPath } from '@mcp-coordinator/contract/link-transport';
import { refuse } from '@mcp-coordinator/contract/refusals';
import type { RouteName, Routes } from '@mcp-coordinator/contract/routes';
import type { Caller } from '../../http/caller.ts';
import type { Answer, Call, Handlers } from '../../http/handlers.ts';
import { labelServer } from './label-server.ts';
import type { LinkRegistry } from './link-registry.ts';
import type { createReach } from './reach-server.ts';
import { type RegisterServerDeps, registerServer } from './register-server.ts';
import { removeServer } from './remove-server.ts';
import { findInventory, findServer, listServers, toServer } from './servers.store.ts';
import { syncInventory } from './sync-inventory.ts';

type Names = Extract<
  RouteName,
  | 'registerServer'
  | 'listServers'
  | 'showServer'
  | 'removeServer'
  | 'labelServer'
  | 'pingServer'
  | 'pingServerPost'
  | 'showConfiguration'
  | 'syncConfiguration'
>;
export interface ServersRoutesDeps extends RegisterServerDeps {
  publicUrl: URL;
  links: Pick<LinkRegistry, 'get'>;
  reach: Pick<ReturnType<typeof createReach>, 'ping'>;
  /** Opens the session with a newly registered endpoint without waiting for the next look. */
  dialNow: () => void;
}

const PING_TIMEOUT_MS = 5_000;
const notFound = (id: string) =>
  ({ refusal: refuse('not_found', `No server ${id} is registered, or none that you may see.`) }) as const;
/** A machine key sees its own server and no other. */
const sees = (caller: Caller, id: string): boolean => caller.kind === 'person' || caller.serverId === id;

export function createServersRoutes(deps: ServersRoutesDeps): Handlers<Names> {
  const { db, links, reach, publicUrl } = deps;
  const linkUrl = (id: string): string =>
    `${publicUrl.protocol === 'https:' ? 'wss' : 'ws'}://${publicUrl.host}${linkPath(id)}`;

  const ping = async ({
    params: { id },
    caller,
  }: Pick<Call<Routes['pingServer']>, 'params' | 'caller'>): Promise<Answer<Routes['pingServer']>> => {
    const server = sees(caller, id) ? await findServer(db, id) : undefined;
    if (!server) return notFound(id);
    const latency = await reach.ping(id, PING_TIMEOUT_MS);
    if (!latency.ok) {
      const { detail, ...refusal } = latency.refusal;
      const known =
        server.status === 'unreachable' && server.reason ? ` It is known as unreachable: ${server.reason}.` : '';
      return { refusal: { ...refusal, detail: `${detail}${known}` } };
    }
    const checkedAt = deps.clock().toISOString();
    return {
      status: 200,
      body: { success: true, serverId: id, status: 'healthy', latencyMs: latency.value, checkedAt },
    };
  };

  return {
    pingServer: ping,
    pingServerPost: ping,
    registerServer: async ({ body, caller, requestId }) => {
      const result = await registerServer(deps, body, caller, requestId);
      if (!result.ok) return { refusal: result.refusal };
      const { id, kind, isNew, registeredAt } = result.value;
      if (body.endpoint) deps.dialNow();
      return {
        status: isNew ? 201 : 200,
        body: {
          success: true,
          serverId: id,
          kind,
          status: links.get(id) ? 'healthy' : 'unknown',
          registeredAt: registeredAt.toISOString(),
          link: body.endpoint ? null : linkUrl(id),
          jwks: new URL('/.well-known/jwks.json', publicUrl).href,
        },
      };
    },
    listServers: async ({ query, caller }) => {
      const { rows, ...page } = await listServers(db, {
        ...query,
        only: caller.kind === 'machine' ? caller.serverId : undefined,
      });
      return { status: 200, body: { success: true, servers: rows.map(toServer), ...page, nextCursor: null } };
    },
    showServer: async ({ params: { id }, caller }) => {
      const server = sees(caller, id) ? await findServer(db, id) : undefined;
      return server ? { status: 200, body: { success: true, server: toServer(server) } } : notFound(id);
    },
    removeServer: async ({ params: { id }, caller, requestId }) => {
      const removed = await removeServer(deps, { id, actor: caller.actor, requestId });
      if (!removed.ok) return { refusal: removed.refusal };
      return { status: 200, body: { success: true, serverId: id } };
    },
    labelServer: async ({ params: { id }, body: { labels }, caller, requestId }) => {
      const labelled = await labelServer(deps, { id, labels, actor: caller.actor, requestId });
      if (!labelled.ok) return { refusal: labelled.refusal };
      return { status: 200, body: { success: true, serverId: id, labels: labelled.value } };
    },
    showConfiguration: async ({ params: { id }, caller }) => {
      const found = sees(caller, id) ? await findInventory(db, id) : undefined;
      if (!found) return notFound(id);
      const { inventory, received_at } = found;
      return { status: 200, body: { success: true, serverId: id, receivedAt: received_at.toISOString(), inventory } };
    },
    syncConfiguration: async ({ params: { id }, body, caller, requestId }) => {
      if (!sees(caller, id))
        return { refusal: refuse('key_bound_elsewhere', `This key cannot report for ${id}. Nothing was changed.`) };
      const server = await findServer(db, id);
      if (server?.kind !== 'installer') return notFound(id);
      const receivedAt = await syncInventory(deps, { serverId: id, inventory: body, actor: caller.actor, requestId });
      return {
        status: 200,
        body: { success: true, serverId: id, receivedAt: receivedAt.toISOString(), servers: body.servers.length },
      };
    },
  };
}
