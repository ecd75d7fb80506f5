import { sql } from 'kysely';
import type { Db } from '../../db/schema.ts';

/** To every instance: one has come or gone. */
export const INSTANCES_CHANGED = 'mcp_coordinator_instances';
/** An instance that has not been heard of for this long is dead: what it held is taken over. */
const LEASE_SECONDS = 8;

export interface OwnInstance {
  id: string;
  /** Where the others reach it; nothing before it listens. */
  url: string | null;
  version: string;
  draining: boolean;
}

export interface LiveInstance {
  id: string;
  url: string | null;
  draining: boolean;
}

/** Renews the lease of this instance. Answers true when it had none: at the start, or after it was given up for dead. */
export async function renewInstance(db: Db, own: OwnInstance): Promise<boolean> {
  const { rows } = await sql<{ inserted: boolean }>`
    insert into instances (id, url, version, expires_at, draining)
    values (${own.id}, ${own.url}, ${own.version}, clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}), ${own.draining})
    on conflict (id) do update set url = excluded.url, expires_at = excluded.expires_at, draining = excluded.draining
    returning xmax = 0 as inserted`.execute(db);
  const inserted = rows[0]?.inserted === true;
  if (inserted) await tellInstances(db);
  return inserted;
}

/** Removes those whose lease has run out, and answers which. */
export async function buryInstances(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    delete from instances where expires_at <= clock_timestamp() returning id`.execute(db);
  if (rows.length > 0) await tellInstances(db);
  return rows.map((row) => row.id);
}

export const liveInstances = (db: Db): Promise<LiveInstance[]> =>
  db
    .selectFrom('instances')
    .select(['id', 'url', 'draining'])
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .orderBy('id')
    .execute();

export async function removeInstance(db: Db, id: string): Promise<void> {
  await db.deleteFrom('instances').where('id', '=', id).execute();
  await tellInstances(db);
}

/** On a database that no other process can have open, whoever is listed is dead. */
export async function removeAllInstances(db: Db): Promise<void> {
  await db.deleteFrom('instances').execute();
}

const tellInstances = (db: Db): Promise<unknown> => sql`select pg_notify(${INSTANCES_CHANGED}, '')`.execute(db);
