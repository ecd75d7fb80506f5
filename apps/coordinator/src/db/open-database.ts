import { PGlite, types } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Db, Schema } from './schema.ts';

export interface EmbeddedConfig {
  kind: 'embedded';
  /** A folder, or nothing for a database in memory. */
  dataDir?: string;
  /** A dump to start from, made by `dumpDataDir`. */
  from?: Blob;
}
export interface PostgresConfig {
  kind: 'postgres';
  connectionString: string;
  poolMax: number;
}

/** One open database, whichever engine; `notify`/`listen` carry wake-ups between instances and never data. */
export interface OpenDatabase {
  readonly kind: 'embedded' | 'postgres';
  readonly db: Db;
  /** For the job queue, which wants the engine itself. */
  readonly engine: { kind: 'embedded'; lite: PGlite } | { kind: 'postgres'; connectionString: string };
  readonly listen: (channel: string, onNotify: () => void) => Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export async function openDatabase(config: EmbeddedConfig | PostgresConfig): Promise<OpenDatabase> {
  return config.kind === 'embedded' ? openEmbedded(config) : openPostgres(config);
}

async function openEmbedded(config: EmbeddedConfig): Promise<OpenDatabase> {
  const lite = await PGlite.create({
    ...(config.dataDir ? { dataDir: config.dataDir } : {}),
    ...(config.from ? { loadDataDir: config.from } : {}),
    // int8 as text, as pg gives it: one type for both engines.
    parsers: { [types.INT8]: (value: string) => value },
  });
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite: lite }) });
  return {
    kind: 'embedded',
    db,
    engine: { kind: 'embedded', lite },
    listen: (channel, onNotify) => lite.listen(channel, onNotify),
    // Destroying kysely closes PGlite.
    close: () => db.destroy(),
  };
}

async function openPostgres(config: PostgresConfig): Promise<OpenDatabase> {
  const pool = new pg.Pool({
    connectionString: config.connectionString,
    max: config.poolMax,
    connectionTimeoutMillis: 5_000,
    application_name: 'mcp-coordinator',
  });
  // An idle connection that breaks is replaced by the pool; the query that needs it reports its own failure.
  pool.on('error', () => undefined);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return {
    kind: 'postgres',
    db,
    engine: { kind: 'postgres', connectionString: config.connectionString },
    listen: (channel, onNotify) => listenPostgres(config.connectionString, channel, onNotify),
    close: () => db.destroy(),
  };
}

/** A dedicated connection that listens, and comes back by itself after the database was away. */
async function listenPostgres(
  connectionString: string,
  channel: string,
  onNotify: () => void,
): Promise<() => Promise<void>> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString, application_name: 'mcp-coordinator listen' });
    next.on('notification', onNotify);
    next.on('error', () => undefined);
    next.on('end', retry);
    await next.connect();
    await next.query(`listen ${next.escapeIdentifier(channel)}`);
    client = next;
    // Whatever was notified while away was missed: wake once.
    onNotify();
  };
  const retry = (): void => {
    client = undefined;
    if (!closed) timer = setTimeout(() => void connect().catch(retry), 1_000);
  };
  await connect();
  return async () => {
    closed = true;
    clearTimeout(timer);
    await client?.end();
  };
}
