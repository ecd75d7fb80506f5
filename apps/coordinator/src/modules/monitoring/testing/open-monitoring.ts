import { alertChannelRoutes } from '@mcp-coordinator/contract/alert-channels.contract';
import { monitoringRoutes } from '@mcp-coordinator/contract/monitoring.contract';
import type { RouteDefinition } from '@mcp-coordinator/contract/route';
import { silenceRoutes } from '@mcp-coordinator/contract/silences.contract';
import { accept, deny } from '@mcp-coordinator/core/result';
import { pino } from 'pino';
import type { z } from 'zod';
import type { OpenDatabase } from '../../../db/open-database.ts';
import type { Person } from '../../../http/caller.ts';
import { randomId } from '../../../runtime.ts';
import { createEncryptionKeys } from '../../../secrets/encryption-keys.ts';
import { openValue, type Place, sealValue } from '../../../secrets/envelope.ts';
import { openAudit } from '../../audit/testing/open-audit.ts';
import { createPublishEvent } from '../../realtime/realtime.module.ts';
import type { MachineFigures } from '../machine-figures.ts';
import { createMonitoringModule } from '../monitoring.module.ts';
import type { DomainFigures, ServerFigures } from '../snapshot.ts';

const ENCRYPTION = createEncryptionKeys(['e'.repeat(32)]);
const KEYS = {
  seal: (text: string, place: Place) => sealValue(ENCRYPTION, text, place),
  open: (sealed: string, place: Place) => openValue(ENCRYPTION, sealed, place),
};
const ROUTES = { ...monitoringRoutes, ...silenceRoutes, ...alertChannelRoutes };

/** What the test's world looks like now; the test changes it as it goes. */
export interface World {
  now: Date;
  cpu: number;
  servers: ServerFigures[];
  domain: DomainFigures;
}
export const newWorld = (): World => ({
  now: new Date('2026-01-01T10:00:00.000Z'),
  cpu: 10,
  servers: [],
  domain: { pending_approvals: 0 },
});

export const server = (id: string, given: Partial<ServerFigures> = {}): ServerFigures => ({
  id,
  status: 'healthy',
  uptimeSeconds: 60,
  responseTime: { average: 200, p50: 150, p95: 500, p99: 800 },
  errorRate: 0,
  calls: {},
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

interface Options {
  readonly instance?: string;
  readonly mailServer?: { readonly url: string; readonly from: string } | null;
}

export function openMonitoring(
  database: OpenDatabase,
  world: World,
  { instance = 'one', mailServer = null }: Options = {},
) {
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
    keys: KEYS,
    publicUrl: new URL('https://coordinator.example'),
    outbound: {
      check: (url) => Promise.resolve(url.hostname === '127.0.0.1' ? accept(undefined) : deny('is not allowed')),
      fetch,
    },
    mailServer,
    retentionDays: 30,
    serverFigures: () => Promise.resolve(world.servers),
    domainFigures: () => Promise.resolve(world.domain),
    process: { memoryUsage: () => ({ rss: 1, heapUsed: 1 }), cpuUsage: () => ({ user: 1, system: 1 }) },
    machine: { measure: () => Promise.resolve(machineOf(world)) },
    notify: (action, alert) => void told.push(`${action} ${alert.condition} ${alert.server ?? '-'} ${alert.state}`),
  });

  type Name = keyof typeof ROUTES;
  type Success<N extends Name> = (typeof ROUTES)[N]['responses'];
  type Body<N extends Name> = z.output<Success<N>[keyof Success<N>] & z.ZodType>;
  interface Input {
    query?: Record<string, unknown>;
    params?: { id: string };
    body?: unknown;
    caller?: Person;
  }
  /** As the edge calls it: what comes in is parsed by the contract. */
  const ask = async (name: Name, { query = {}, params, body, caller = ALICE }: Input) => {
    const route: RouteDefinition = ROUTES[name];
    const handler = monitoring.handlers[name] as (given: object) => Promise<unknown>;
    return handler({
      caller,
      requestId: 'req-7',
      address: '127.0.0.1',
      userAgent: '',
      query: route.query?.parse(query),
      body: route.body?.parse(body),
      params,
    });
  };
  return {
    ...monitoring,
    told,
    /** The body of a success, held against the contract. */
    call: async <N extends Name>(name: N, input: Input = {}): Promise<Body<N>> => {
      const answer = (await ask(name, input)) as { status: number; body: unknown };
      const schema = (ROUTES[name] as RouteDefinition).responses[answer.status];
      if (schema === undefined || schema === 'file') throw new Error(`it was refused: ${JSON.stringify(answer)}`);
      return schema.parse(answer.body) as Body<N>;
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
