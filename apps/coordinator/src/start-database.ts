import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Config } from './config.ts';
import { migrate } from './db/migrate.ts';
import { migrateAsOwner } from './db/migrate-as-owner.ts';
import { type OpenDatabase, openDatabase } from './db/open-database.ts';
import { prepareSchema } from './db/prepare-schema.ts';
import { databaseFault } from './db/sqlstate.ts';

/** The database cannot be used; the message says which and what to do. */
export class DatabaseUnavailableError extends Error {}

/** How long an external database may take to appear: it is often started at the same time as we are. */
const WAIT_MS = 10_000;
const TRY_EVERY_MS = 500;

/** Opens the database and brings its schema up to date; answers the migrations that ran. */
export async function startDatabase(
  config: Config,
  dataDir: string,
): Promise<{ database: OpenDatabase; migrated: string[] }> {
  const database = await openPrepared(config, dataDir);
  try {
    const migrated = await migrateAs(config, database);
    if (config.database.kind === 'embedded') return { database, migrated };
    // From here on who does not answer in time is away; a migration may take as long as it takes.
    await database.close();
    return { database: await openDatabase(config.database), migrated };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Opens the database as it is, whatever its schema. */
export async function openPrepared({ database: wanted }: Config, dataDir: string): Promise<OpenDatabase> {
  const database = await openDatabase(
    wanted.kind === 'embedded'
      ? { kind: 'embedded', dataDir: ownFolder(join(dataDir, 'pgdata')) }
      : { ...wanted, patient: true },
  );
  try {
    if (wanted.kind === 'postgres') {
      await waitFor(database, wanted.connectionString);
      if (wanted.owner === null) await prepareSchema(database.db);
    }
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

const migrateAs = ({ database: wanted }: Config, { db }: OpenDatabase): Promise<string[]> =>
  wanted.kind === 'postgres' && wanted.owner !== null ? migrateAsOwner(wanted.owner, userOf(wanted)) : migrate(db);

const userOf = ({ connectionString }: { connectionString: string }): string =>
  decodeURIComponent(new URL(connectionString).username);

/** The engine would make it for everyone to read, and whoever made the data folder may have left that open. */
export function ownFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  return path;
}

async function waitFor({ db }: OpenDatabase, connectionString: string): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += TRY_EVERY_MS) {
    try {
      await sql`select 1`.execute(db);
      return;
    } catch (error) {
      const away = databaseFault(error) === 'unavailable';
      if (!away || waitedMs >= WAIT_MS)
        throw new DatabaseUnavailableError(words(connectionString, error), { cause: error });
    }
    await pause(TRY_EVERY_MS);
  }
}

function words(connectionString: string, error: unknown): string {
  const { hostname, port, pathname, username } = new URL(connectionString);
  const why =
    error instanceof AggregateError ? (error.errors[0] as Error | undefined)?.message : (error as Error).message;
  return `PostgreSQL at ${hostname}:${port || 5432}${pathname} cannot be used as ${username}: ${why}. Nothing was started. Check DB_HOST, DB_PORT, DB_DATABASE, DB_USER and DB_PASSWORD (or DATABASE_URL), and that the server runs.`;
}
