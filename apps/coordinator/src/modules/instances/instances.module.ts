import type { HopRequest } from '@mcp-coordinator/contract/instances.contract';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { OpenDatabase } from '../../db/open-database.ts';
import type { Db } from '../../db/schema.ts';
import { createWakeLoop } from '../../db/wake-loop.ts';
import * as answering from './answer-hop.ts';
import { createHopSeal, type HopSealDeps } from './hop-seal.ts';
import {
  buryInstances,
  INSTANCES_CHANGED,
  type LiveInstance,
  liveInstances,
  removeAllInstances,
  removeInstance,
  renewInstance,
} from './instances.store.ts';
import * as counting from './request-counts.ts';
import * as sending from './send-hop.ts';

export type AnswerHop = answering.AnswerHop;
export type HopOutcome = sending.HopOutcome;
export type HopPeer = sending.HopPeer;
export type RequestCounts = Pick<counting.RequestCounts, 'count' | 'onForeign'>;

export interface InstancesDeps extends HopSealDeps, Omit<sending.SendHopDeps, 'seal'> {
  db: Db;
  listen: OpenDatabase['listen'];
  log: Logger;
  version: string;
}

/** Several times within a lease, so that one late beat kills nobody. */
const BEAT_MS = 2_000;

/** Which coordinators work on this database, this one among them, and the road between them. */
export function createInstancesModule(deps: InstancesDeps) {
  const { db, listen, log, instanceId: id, version } = deps;
  const seal = createHopSeal(deps);
  const sender = sending.createHopSender({ ...deps, seal });
  const goneListeners = new Set<() => Promise<void>>();
  const rejoinedListeners = new Set<() => Promise<void>>();
  const hops = new Set<{ to: string; stop: AbortController }>();
  const own = { id, version, url: null as string | null, draining: false };
  let live: readonly LiveInstance[] = [];
  let joined = false;
  let telling: Promise<void> = Promise.resolve();

  /** Beside the beat, which is not to wait for anybody. */
  const tell = (listeners: Iterable<() => Promise<void>>): void => {
    for (const listener of listeners) {
      telling = telling
        .then(listener)
        .catch((error: unknown) => log.error({ err: error }, 'what a dead instance held was not taken over yet'));
    }
  };

  const look = async (): Promise<void> => {
    const anew = await renewInstance(db, own);
    const buried = await buryInstances(db);
    const before = live.map((one) => one.id);
    live = await liveInstances(db);
    // One that came and died between two looks was never seen alive here.
    const gone = [...new Set([...before, ...buried])].filter((one) => !live.some((other) => other.id === one));
    // Nobody waits for the answer of a dead one.
    for (const { to, stop } of hops) if (gone.includes(to)) stop.abort();
    if (anew && joined) {
      log.warn('this instance had been given up for dead and is back');
      tell(rejoinedListeners);
    }
    joined = true;
    if (gone.length > 0) {
      log.info({ gone }, 'other instances are gone');
      tell(goneListeners);
    }
  };
  const loop = createWakeLoop({
    name: 'keeping this instance alive',
    channel: INSTANCES_CHANGED,
    everyMs: BEAT_MS,
    work: look,
    listen,
    log,
  });

  /** Whether there is another one that takes new work. */
  const hasOthers = (): boolean => live.some((one) => one.id !== id && !one.draining);
  const counts = counting.createRequestCounts({ db, log, instanceId: id, hasOthers });

  return {
    id,
    hasOthers,
    /** What the instances counted of requests, together. */
    requestCounts: counts satisfies RequestCounts as RequestCounts,
    /** Called after an instance died or left: what it held may be taken over. */
    onGone: (listener: () => Promise<void>): void => void goneListeners.add(listener),
    /** Called when this instance had been given up for dead: the others may have taken what it held. */
    onRejoined: (listener: () => Promise<void>): void => void rejoinedListeners.add(listener),
    isDraining: (): boolean => own.draining,
    addRoutes: (app: FastifyInstance, given: Omit<answering.HopRouteDeps, 'seal' | 'log'>): void =>
      answering.addHopRoute(app, { ...given, seal, log }),
    /** Asks another instance for a call over its link; gives up when the time is over or that instance is gone. */
    send: async (
      peer: HopPeer,
      request: HopRequest,
      options: Partial<sending.HopOptions> & { withinMs: number },
    ): Promise<HopOutcome> => {
      const hop = { to: peer.id, stop: new AbortController() };
      hops.add(hop);
      const signals = [hop.stop.signal, AbortSignal.timeout(options.withinMs), options.signal].filter((one) => !!one);
      try {
        return await sender.send(peer, request, { ...options, signal: AbortSignal.any(signals) });
      } finally {
        hops.delete(hop);
      }
    },
    /** `alone` where no other process can have the database open. */
    start: async (alone: boolean): Promise<void> => {
      if (alone) await removeAllInstances(db);
      await look();
      await loop.start();
      counts.start();
    },
    /** Tells the others where this instance is reached. */
    announce: async (url: string): Promise<void> => {
      own.url = url;
      await loop.run();
    },
    /** From here on this instance takes no new work. */
    drain: async (): Promise<void> => {
      own.draining = true;
      await loop.run();
    },
    stop: async (): Promise<void> => {
      await counts.stop();
      await loop.stop();
      await telling;
      sender.close();
      // Where the database is away the lease ends by itself.
      await removeInstance(db, id).catch((error: unknown) => log.warn({ err: error }, 'the others were not told'));
    },
  };
}
export type InstancesModule = ReturnType<typeof createInstancesModule>;
