import { monitoringRoutes } from '@mcp-coordinator/contract/monitoring.contract';
import { pino } from 'pino';
import type { z } from 'zod';
import type { OpenDatabase } from '../../../db/open-database.ts';
import type { Person } from '../../../http/caller.ts';
import { randomId } from '../../../runtime.ts';
import { openAudit } from '../../audit/testing/open-audit.ts';
import { createPublishEvent } from '../../realtime/realtime.module.ts';
import type { MachineFigures } from '../machine-figures.ts';
import { createMonitoringModule } from '../monitoring.module.ts';
import type { ServerFigures } from '../snapshot.ts';

/** What the test's world looks like now; the test changes it as it goes. */
export interface World {
  now: Date;
  cpu: number;
  servers: ServerFigures[];
  pendingApprovals: number;
}
export const newWorld = (): World => ({
  now: new Date('2026-01-01T10:00:00.000Z'),
  cpu: 10,
  servers: [],
  pendingApprovals: 0,
});

export const server = (id: string, given: Partial<ServerFigures> = {}): ServerFigures => ({
  id,
  status: 'healthy',
  uptimeSeconds: 60,
  responseTime: { average: 200, p95: 500 },
  errorRate: 0,
  ...given,
});

const bytes = { totalBytes: 100e9, usedBytes: 50e9, freeBytes: 50e9, usage: 50 };
const machineOf = (world: World): MachineFigures => ({
  cpu: { usage: world.cpu, cores: 8 },
  memory: bytes,
  disk: bytes,
  network: { receivedPerSecond: 1_024, sentPerSecond: 2_048 },
});

export const ALICE: Person = {
  kind: 'person',
  actor: 'alice',
  userId: 1,
  username: 'alice',
  role: 'admin',
  sessionId: 's',
  permissions: new Set(['view_metrics', 'manage_alerts']),
};

export function openMonitoring(database: OpenDatabase, world: World, instance = 'one') {
  const clock = () => world.now;
  const told: string[] = [];
  const monitoring = createMonitoringModule({
    db: database.db,
    clock,
    newId: randomId,
    log: pino({ level: 'silent' }),
    recordAudit: openAudit(database, clock).recordAudit,
    publishEvent: createPublishEvent({ clock }),
    instance,
    dataDir: '.',
    retentionDays: 30,
    serverFigures: () => Promise.resolve(world.servers),
    domainFigures: () => Promise.resolve({ pendingApprovals: world.pendingApprovals }),
    process: { memoryUsage: () => ({ rss: 1, heapUsed: 1 }), cpuUsage: () => ({ user: 1, system: 1 }) },
    machine: { measure: () => Promise.resolve(machineOf(world)) },
    notify: (action, alert) => void told.push(`${action} ${alert.condition} ${alert.server ?? '-'} ${alert.state}`),
  });

  type Name = keyof typeof monitoringRoutes;
  type Body<N extends Name> = z.output<(typeof monitoringRoutes)[N]['responses'][200]>;
  interface Input {
    query?: Record<string, unknown>;
    params?: { id: string };
    body?: unknown;
    caller?: Person;
  }
  /** As the edge calls it: what comes in is parsed by the contract. */
  const ask = async (name: Name, { query = {}, params, body, caller = ALICE }: Input) => {
    const route = monitoringRoutes[name];
    const handler = monitoring.handlers[name] as (given: object) => Promise<unknown>;
    return handler({
      caller,
      requestId: 'req-7',
      address: '127.0.0.1',
      query: 'query' in route ? route.query.parse(query) : undefined,
      body: 'body' in route ? route.body.parse(body) : undefined,
      params,
    });
  };
  return {
    ...monitoring,
    told,
    /** The body of a success, held against the contract. */
    call: async <N extends Name>(name: N, input: Input = {}): Promise<Body<N>> => {
      const answer = (await ask(name, input)) as { status: number; body: unknown };
      if (answer.status !== 200) throw new Error(`it was refused: ${JSON.stringify(answer)}`);
      return monitoringRoutes[name].responses[200].parse(answer.body) as Body<N>;
    },
    refusal: async (name: Name, input: Input) =>
      (
        (await ask(name, input)) as {
          refusal: { code: string; detail: string; errors?: { path: string; message: string }[] };
        }
      ).refusal,
    /** Ten seconds on: a sample, and a look at the rules. */
    tick: async (seconds = 10) => {
      world.now = new Date(world.now.getTime() + seconds * 1_000);
      await monitoring.sampleNow();
      return monitoring.evaluateNow();
    },
  };
}
