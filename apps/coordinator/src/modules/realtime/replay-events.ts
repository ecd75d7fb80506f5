import type { Channel } from '@mcp-coordinator/contract/realtime.contract';
import type { Db } from '../../db/schema.ts';
import { eventsIn, keptEvents } from './realtime.store.ts';

const BATCH = 200;

export interface Replay {
  readonly channels: readonly Channel[];
  /** The id that was seen last. */
  readonly since: bigint;
  /** Inclusive: what comes after it is delivered live. */
  readonly upTo: bigint;
}

/** Whether everything after an id is still kept; an id that was never given belongs to another database. */
export async function canReplay(db: Db, since: bigint): Promise<boolean> {
  const kept = await keptEvents(db);
  if (kept === undefined) return since === 0n;
  return since + 1n >= BigInt(kept.oldest) && since <= BigInt(kept.newest);
}

/** What was missed, batch after batch, each read when the one before it was taken. */
export async function* missedEvents(db: Db, { channels, since, upTo }: Replay): AsyncGenerator<string[]> {
  for (let after = String(since); ; ) {
    const events = await eventsIn(db, { after, upTo: String(upTo), channels, limit: BATCH });
    const last = events.at(-1);
    if (last === undefined) return;
    yield events.map((event) => JSON.stringify(event));
    if (events.length < BATCH) return;
    after = last.id;
  }
}
