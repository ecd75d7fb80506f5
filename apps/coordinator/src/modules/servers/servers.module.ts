import type { MachineDemand } from '@mcp-coordinator/contract/consent.contract';
import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';
import type { ServerKind, ServerStatus } from '@mcp-coordinator/contract/servers.contract';
import type { WebSocket } from 'ws';
import type { OpenDatabase } from '../../db/open-database.ts';
import type { Db, Tx } from '../../db/schema.ts';
import { createWakeLoop } from '../../db/wake-loop.ts';
import type { InstancesModule } from '../instances/instances.module.ts';
import { createAnswerHop } from './answer-hop.ts';
import { type CallFigures, NO_CALLS } from './call-timings.ts';
import { overSocket } from './connection.ts';
import { createEndpointDialler, type DialEndpointsDeps } from './dial-endpoints.ts';
import { createLinkRegistry, type LinkOwner, type LinkRegistryDeps } from './link-registry.ts';
import { LINKS_CHANGED, linkedServers } from './links.store.ts';
import { moveLinks } from './move-links.ts';
import { createReach } from './reach-server.ts';
import { createServersRoutes, type ServersRoutesDeps } from './servers.routes.ts';
import { allInventories, machineDemands, markUnlinked } from './servers.store.ts';

export interface ServersModuleDeps
  extends Omit<LinkRegistryDeps, 'instanceId'>,
    Omit<ServersRoutesDeps, 'links' | 'reach' | 'dialNow' | 'outbound'>,
    Omit<DialEndpointsDeps, 'links'> {
  instances: Pick<InstancesModule, 'id' | 'send' | 'onGone' | 'onRejoined'>;
  listen: OpenDatabase['listen'];
}

export interface ServerFigures extends CallFigures {
  id: string;
  status: ServerStatus;
  uptimeSeconds: number | null;
}

/** Notifications get lost while the listening connection is away; this is how late a link is looked at then. */
const LOOK_EVERY_MS = 3_000;
const REFRESH_TIMEOUT_MS = 60_000;
/** Calls that take longer are cut off at a stop; what they are for is taken up again. */
const SETTLE_MS = 3_000;

/** Registered servers, their links and inventories; the only place that speaks MCP to them. */
export function createServersModule(given: ServersModuleDeps) {
  const deps = { ...given, instanceId: given.instances.id };
  const { db, clock, instances, listen, log } = deps;
  const links = createLinkRegistry(deps);
  const reach = createReach({ db, links, instances });
  const dialler = createEndpointDialler({ ...deps, links });
  const directory = createWakeLoop({
    name: 'looking after links',
    channel: LINKS_CHANGED,
    everyMs: LOOK_EVERY_MS,
    work: async () => {
      await links.check();
      await moveLinks(deps);
    },
    listen,
    log,
  });
  instances.onGone(directory.run);
  instances.onRejoined(directory.run);

  return {
    handlers: createServersRoutes({ ...deps, links, reach, dialNow: () => dialler.lookNow() }),
    acceptLink: (socket: WebSocket, owner: LinkOwner): Promise<void> => links.hold(overSocket(socket), owner),
    cutKey: links.cutKey,
    /** Makes the calls that came from another instance. */
    answerHop: createAnswerHop(links),
    /** Ids of servers of this kind that can be called now. */
    linked: (kind: ServerKind, from: Db | Tx = db): Promise<string[]> => linkedServers(from, kind),
    call: reach.call,
    linkOf: reach.linkOf,
    /** Asks every linked installer anew; those that do not answer in time keep what they reported last. */
    refreshInventories: async (): Promise<void> => {
      const refresh = async (id: string): Promise<void> => {
        if (!(await links.refreshInventory(id))) await reach.refreshThere(id, REFRESH_TIMEOUT_MS);
      };
      await Promise.all((await linkedServers(db, 'installer')).map(refresh));
    },
    inventories: async (): Promise<{ serverId: string; inventory: Inventory; labels: string[] }[]> =>
      (await allInventories(db)).map(({ server_id, inventory, labels }) => ({
        serverId: server_id,
        inventory,
        labels,
      })),
    /** What machines ask for themselves before they carry out anything. */
    demands: (from: Db | Tx): Promise<MachineDemand[]> => machineDemands(from),
    figures: async (): Promise<ServerFigures[]> => {
      const rows = await db.selectFrom('servers').select(['id', 'status']).orderBy('id').execute();
      return rows.map(({ id, status }) => {
        const link = links.get(id);
        const uptimeSeconds = link ? Math.round((clock().getTime() - link.since.getTime()) / 1000) : null;
        return { id, status, uptimeSeconds, ...(link?.timings.figures() ?? NO_CALLS) };
      });
    },
    /** What the last run left behind is linked nowhere, except to other instances. */
    start: async (): Promise<void> => {
      await markUnlinked(db, 'it has not linked since the coordinator started');
      await directory.start();
      dialler.start();
      dialler.lookNow();
    },
    /** Sends the servers elsewhere, once the calls to them have their answers. */
    stop: async (): Promise<void> => {
      dialler.stop();
      await directory.stop();
      await links.leave(SETTLE_MS);
    },
  };
}
export type ServersModule = ReturnType<typeof createServersModule>;
