import { accept } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Clock } from '../../runtime.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { countFiring } from './alerts.store.ts';
import type { Machine } from './machine.ts';
import { insertValues } from './metrics.store.ts';
import type { RequestWindow } from './request-window.ts';
import { type DomainFigures, OWN_SERVICE, type ServerFigures, type Snapshot, toMetrics } from './snapshot.ts';
import { snapshotValues } from './snapshot-values.ts';

export interface SamplerDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly publishEvent: PublishEvent;
  /** Names this process among several: their figures are kept apart. */
  readonly instance: string;
  readonly serverFigures: () => Promise<readonly ServerFigures[]>;
  readonly domainFigures: () => Promise<DomainFigures>;
}
interface OwnParts {
  readonly machine: Machine;
  readonly requests: RequestWindow;
  readonly startedAt: Date;
}

/** An event goes to every subscriber: past this many servers they are left out of it, and asked for instead. */
const EVENT_SERVERS_MAX = 200;
const NOTHING_KNOWN = { servers: [], domain: {}, firingAlerts: { critical: 0, warning: 0 } } as const;

export interface Sampler {
  /** Takes a sample, or answers the one that is being taken. */
  readonly sample: () => Promise<Snapshot>;
  /** What was seen last; takes the first sample when there is none. */
  readonly latest: () => Promise<Snapshot>;
  /** The same with the services as they are now: a server may have come or gone since the last sample. */
  readonly present: () => Promise<Snapshot>;
}

export function createSampler(deps: SamplerDeps, { machine, requests, startedAt }: OwnParts): Sampler {
  let latest: Snapshot | undefined;
  let running: Promise<Snapshot> | undefined;
  let stored = true;

  const ownFigures = (at: Date): Snapshot['own'] => ({
    ...requests.figures(),
    status: stored ? 'healthy' : 'degraded',
    uptimeSeconds: Math.max(0, Math.round((at.getTime() - startedAt.getTime()) / 1_000)),
  });

  const take = async (): Promise<Snapshot> => {
    const figures = await machine.measure();
    const at = deps.clock();
    const own = ownFigures(at);
    // What needs no database is known even while that is away, and says so.
    latest = { ...NOTHING_KNOWN, ...latest, at, machine: figures, own };
    stored = false;
    const [servers, domain, firingAlerts] = await Promise.all([
      deps.serverFigures(),
      deps.domainFigures(),
      countFiring(deps.db),
    ]);
    const healthy = { ...own, status: 'healthy' } as const;
    const snapshot: Snapshot = { at, machine: figures, own: healthy, servers, domain, firingAlerts };
    await store(deps, snapshot);
    stored = true;
    latest = snapshot;
    return snapshot;
  };

  const sample = (): Promise<Snapshot> => {
    running ??= take().finally(() => {
      running = undefined;
    });
    return running;
  };
  const seenLast = (): Promise<Snapshot> => (latest === undefined ? sample() : Promise.resolve(latest));
  return {
    sample,
    latest: seenLast,
    present: async () => ({
      ...(await seenLast()),
      own: ownFigures(deps.clock()),
      servers: await deps.serverFigures(),
    }),
  };
}

async function store({ db, instance, publishEvent }: SamplerDeps, snapshot: Snapshot): Promise<void> {
  const { services, ...metrics } = toMetrics(snapshot);
  const few = snapshot.servers.length <= EVENT_SERVERS_MAX;
  const shown = few ? services : { [OWN_SERVICE]: services[OWN_SERVICE] };
  const data = { ...metrics, services: shown, ...(few ? {} : { serversLeftOut: snapshot.servers.length }) };
  await transact(db, async (tx) => {
    await insertValues(tx, snapshot.at, instance, snapshotValues(snapshot));
    await publishEvent(tx, { channel: 'metrics', event: 'metrics.sampled', data });
    return accept(undefined);
  });
}
