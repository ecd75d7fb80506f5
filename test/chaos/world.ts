import { type Cluster, type Served, startCluster } from '../e2e/cluster.ts';
import { accepted, addPerson, eventually, type Person, signIn } from '../e2e/people.ts';
import { type OwnPostgres, startOwnPostgres } from '../setup/postgres.ts';
import { type CutRoad, openRoadTo } from './cut-road.ts';
import { type WatchedTarget, watchTarget } from './target-file.ts';

export const FILE = '.cursor/mcp.json';
export const BEFORE = { kept: { command: '/bin/false', disabled: true } };
/** An MCP server without tools, which starts at once. */
const SERVER = `
import { createInterface } from 'node:readline';
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'bare', version: '1.0.0' } }),
  'tools/list': () => ({ tools: [] }),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = answers[method]?.(params) ?? {};
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
});
`;
export const SERVER_FILE = '~/bare.mjs';
const MACHINES = ['laptop-1', 'laptop-2', 'laptop-3'];

export interface Machine {
  readonly served: Served;
  readonly target: WatchedTarget;
  kills: number;
}

/** Two coordinators behind HAProxy, a PostgreSQL that keeps what was committed, three installers, a compliance server. */
export interface World {
  readonly postgres: OwnPostgres;
  readonly cluster: Cluster;
  /** Everybody but the proxy itself comes over it. */
  readonly road: CutRoad;
  readonly machines: readonly Machine[];
  readonly compliance: Served;
  /** People sign in anew as often as they need to: sessions end while a run goes on. */
  admin(): Promise<Person>;
  approver(): Promise<Person>;
  /** Told whenever a machine's file was replaced. */
  onReplaced: (machine: Machine) => void;
  /** Until every server is linked again. */
  healthy(): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const postgres = await startOwnPostgres({ durable: true });
  const cluster = await startCluster(postgres.url, 'chaos');
  const road = await openRoadTo(Number(new URL(cluster.url).port));
  const url = `http://127.0.0.1:${road.port}`;
  const machines: Machine[] = [];
  const serve = (kind: 'installer' | 'compliance', id: string, files?: Record<string, string>) =>
    cluster.serve(kind, id, files, url);
  const compliance = await serve('compliance', 'rules');
  for (const name of MACHINES) {
    const served = await serve('installer', name, {
      [FILE]: `${JSON.stringify({ mcpServers: BEFORE }, null, 2)}\n`,
      [SERVER_FILE]: SERVER,
    });
    const target = watchTarget(served.place.path(FILE), () => world.onReplaced(machine));
    const machine: Machine = { served, target, kills: 0 };
    machines.push(machine);
  }
  const { username, password } = await addPerson(cluster.admin, cluster.url, 'approver');
  const world: World = {
    ...{ postgres, cluster, road, machines, compliance },
    admin: () => signIn(url),
    approver: () => signIn(url, username, password),
    onReplaced: () => undefined,
    healthy: () =>
      eventually(async () => {
        const { servers } = accepted(await (await signIn(cluster.url)).call.listServers());
        const away = servers.filter(({ status }) => status !== 'healthy');
        if (servers.length < MACHINES.length + 1 || away.length > 0)
          throw new Error(
            `not healthy: ${away.map(({ id, status, reason }) => `${id} ${status} ${reason}`).join(', ')}`,
          );
      }),
    close: async () => {
      for (const { target } of machines) target.close();
      await cluster.close();
      await road.close();
      postgres.stop();
    },
  };
  await world.healthy();
  return world;
}
