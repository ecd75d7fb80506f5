import type { Channel, RealtimeEvent } from '@mcp-coordinator/contract/realtime.contract';
import { sql } from 'kysely';
import type { Db, Tx } from '../../db/schema.ts';
import type { NewEvent } from './realtime-event.ts';

/** To the publisher: something waits in the outbox. */
export const EVENTS_QUEUED = 'mcp_coordinator_events_queued';
/** To every instance: something was published. */
export const EVENTS_PUBLISHED = 'mcp_coordinator_events_published';

/** The event, and the wake-up of the publisher at commit: one round trip. */
export async function insertOutbox(tx: Tx, { channel, event, data }: NewEvent, at: Date): Promise<void> {
  await sql`
    with queued as (
      insert into event_outbox (channel, event, data, timestamp)
      values (${channel}, ${event}, ${JSON.stringify(data)}::jsonb, ${at})
    )
    select pg_notify(${EVENTS_QUEUED}, '')`.execute(tx);
}

export async function isOutboxEmpty(db: Db): Promise<boolean> {
  return (await db.selectFrom('event_outbox').select('id').limit(1).executeTakeFirst()) === undefined;
}

/** False while another publisher is at it, on whichever instance. */
export async function tryPublisherLock(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('mcp-coordinator events'), hashtext(current_schema())) as locked`.execute(
    tx,
  );
  return rows[0]?.locked === true;
}

export async function awaitPublisherLock(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('mcp-coordinator events'), hashtext(current_schema()))`.execute(tx);
}

/** Gives the oldest waiting events their ids. Under the publisher's lock alone, so that ids become visible in their order. */
export async function publishQueued(tx: Tx, limit: number): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    with taken as (
      delete from event_outbox where id in (select id from event_outbox order by id limit ${limit})
      returning id, channel, event, data, timestamp
    ), published as (
      insert into events (channel, event, data, timestamp)
      select channel, event, data, timestamp from taken order by id
      returning id
    )
    select count(*) as n from published`.execute(tx);
  const count = Number(rows[0]?.n ?? 0);
  if (count > 0) await sql`select pg_notify(${EVENTS_PUBLISHED}, '')`.execute(tx);
  return count;
}

export interface EventRange {
  after: string;
  /** Inclusive; no end when absent. */
  upTo?: string;
  /** All when absent. */
  channels?: readonly Channel[];
  limit: number;
}

/** In the order of publication. */
export async function eventsIn(db: Db, { after, upTo, channels, limit }: EventRange): Promise<RealtimeEvent[]> {
  let query = db.selectFrom('events').selectAll().where('id', '>', after).orderBy('id').limit(limit);
  if (upTo !== undefined) query = query.where('id', '<=', upTo);
  if (channels !== undefined) query = query.where('channel', 'in', channels);
  return (await query.execute()).map((row) => ({
    type: 'event',
    id: row.id,
    channel: row.channel,
    event: row.event,
    timestamp: row.timestamp.toISOString(),
    // jsonb gives back what was published: an object.
    data: row.data as RealtimeEvent['data'],
  }));
}

/** The ids that are kept; nothing before the first event. */
export async function keptEvents(db: Db): Promise<{ oldest: string; newest: string } | undefined> {
  const { rows } = await sql<{ oldest: string | null; newest: string | null }>`
    select min(id) as oldest, max(id) as newest from events`.execute(db);
  const { oldest = null, newest = null } = rows[0] ?? {};
  return oldest === null || newest === null ? undefined : { oldest, newest };
}

/** The newest one stays, so that a reader can tell whether it missed something. */
export async function removeEventsBefore(db: Db, before: Date): Promise<void> {
  await sql`delete from events where timestamp < ${before} and id < (select max(id) from events)`.execute(db);
}
