import { PGlite, types } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { createListening } from './listen-postgres.ts';
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
  /** Waits as long as it takes: for migrations, which may rewrite a table. */
  patient?: boolean;
}

/** A database that does not answer a query within this time is away: it is paused, or the network is. */
const ANSWER_WITHIN_MS = 15_000;
/** Ends the transaction of an instance that was paused in it, so that its locks stop nobody. */
const IDLE_IN_TRANSACTION_MS = 10_000;

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
    keepAlive: true,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    ...(config.patient ? {} : { query_timeout: ANSWER_WITHIN_MS }),
  });
  // An idle connection that breaks is replaced by the pool; the query that needs it reports its own failure.
  pool.on('error', () => undefined);
  // One that breaks between two queries of a transaction would end the process: the next query reports it just the same.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const listening = createListening(config.connectionString);
  return {
    kind: 'postgres',
    db,
    engine: { kind: 'postgres', connectionString: config.connectionString },
    listen: listening.listen,
    close: async () => {
      await listening.close();
      await db.destroy();
    },
  };
}
