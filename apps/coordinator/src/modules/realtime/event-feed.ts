import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RealtimeEvent } from '@mcp-coordinator/contract/realtime.contract';
import type { Db } from '../../db/schema.ts';
import { eventsIn, keptEvents } from './realtime.store.ts';

const BATCH = 500;

export interface EventFeed {
  /** The id of the newest event that was handed on. */
  readonly position: bigint;
  /** Begins after what is published by now. */
  readonly begin: () => Promise<void>;
  /** Reads on from the position. Never twice at once. */
  readonly readOn: () => Promise<void>;
}

/** What this instance has read of the published events; each is handed on once, in order, whoever published it. */
export function createEventFeed(db: Db, onEvent: (event: RealtimeEvent) => void): EventFeed {
  let position = 0n;
  return {
    get position() {
      return position;
    },
    begin: async () => {
      position = BigInt((await keptEvents(db))?.newest ?? 0);
    },
    readOn: async () => {
      for (;;) {
        const events = await eventsIn(db, { after: String(position), limit: BATCH });
        for (const event of events) {
          position = BigInt(event.id);
          onEvent(event);
        }
        if (events.length < BATCH) return;
        await nextTurn();
      }
    },
  };
}
