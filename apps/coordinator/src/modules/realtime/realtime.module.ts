import { AUTHENTICATE_WITHIN_MS } from '@mcp-coordinator/contract/realtime.contract';
import type { OpenDatabase } from '../../db/open-database.ts';
import { createWakeLoop } from '../../db/wake-loop.ts';
import type { Clock } from '../../runtime.ts';
import type { ConnectionDeps } from './connection.ts';
import { createConnections } from './connections.ts';
import { createEventFeed } from './event-feed.ts';
import { publishOutbox } from './event-publisher.ts';
import * as publishing from './publish-event.ts';
import { EVENTS_PUBLISHED, EVENTS_QUEUED, removeEventsBefore } from './realtime.store.ts';
import type * as realtime from './realtime-event.ts';

export type NewEvent = realtime.NewEvent;
export type PublishEvent = realtime.PublishEvent;

/** For those who publish before this module can be made: it needs authentication, which publishes. */
export const createPublishEvent = (deps: { clock: Clock }): PublishEvent => publishing.createPublishEvent(deps);

export interface RealtimeDeps extends Pick<ConnectionDeps, 'db' | 'authenticateToken' | 'isStillValid' | 'log'> {
  readonly listen: OpenDatabase['listen'];
  readonly clock: Clock;
  /** Tells that some credential ended, here or elsewhere; answers what ends the telling. */
  readonly onCredentialEnded?: (listener: () => void) => () => void;
  /** Those of the contract and of the field where absent. */
  readonly authenticateWithinMs?: number;
  readonly heartbeatMs?: number;
  /** How late an event is at most when a wake-up was lost. */
  readonly fallbackMs?: number;
  /** Milliseconds of a clock that only goes forward; the process's own where absent. */
  readonly monotonic?: () => number;
}

const FALLBACK_MS = 1_000;
const HEARTBEAT_MS = 30_000;
/** How long events can be replayed. */
const KEPT_MS = 86_400_000;
const REMOVE_EVERY_MS = 600_000;

export function createRealtimeModule(deps: RealtimeDeps) {
  const { db, listen, clock, log, monotonic = () => performance.now() } = deps;
  const { authenticateWithinMs = AUTHENTICATE_WITHIN_MS, heartbeatMs = HEARTBEAT_MS, fallbackMs = FALLBACK_MS } = deps;
  const feed = createEventFeed(db, (event) => connections.deliver(event));
  const connections = createConnections({ ...deps, feed, authenticateWithinMs, monotonic }, heartbeatMs);
  const publisher = createWakeLoop({
    name: 'publishing events',
    channel: EVENTS_QUEUED,
    everyMs: fallbackMs,
    work: () => publishOutbox(db, { wait: false }),
    listen,
    log,
  });
  const reader = createWakeLoop({
    name: 'reading published events',
    channel: EVENTS_PUBLISHED,
    everyMs: fallbackMs,
    work: () => feed.readOn(),
    listen,
    log,
  });
  let removal: NodeJS.Timeout | undefined;
  let stopRechecks: (() => void) | undefined;
  const removeOld = (): void => {
    removeEventsBefore(db, new Date(clock().getTime() - KEPT_MS)).catch((error: unknown) =>
      log.warn({ err: error }, 'old events could not be removed; they are tried again'),
    );
  };

  return {
    publishEvent: publishing.createPublishEvent({ clock }),
    /** Takes over a WebSocket whose upgrade was allowed; without a caller it has to authenticate first. */
    accept: connections.accept,
    start: async (): Promise<void> => {
      await feed.begin();
      connections.start();
      // A socket that hears and says nothing would otherwise stay until something happens.
      stopRechecks = deps.onCredentialEnded?.(connections.recheck);
      await reader.start();
      await publisher.start();
      removal = setInterval(removeOld, REMOVE_EVERY_MS);
    },
    stop: async (): Promise<void> => {
      clearInterval(removal);
      stopRechecks?.();
      await publisher.stop();
      await reader.stop();
      await connections.stop();
    },
    /** Everything that was committed by now is sent, to those who are connected here. */
    flush: async (): Promise<void> => {
      await publishOutbox(db, { wait: true });
      await reader.run();
      await connections.flush();
    },
  };
}
