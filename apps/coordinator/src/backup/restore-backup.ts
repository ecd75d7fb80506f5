import { existsSync, openAsBlob, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Config } from '../config.ts';
import { type OpenDatabase, openDatabase } from '../db/open-database.ts';
import { databaseFacts, differences } from '../db/table-facts.ts';
import { ownFolder } from '../start-database.ts';
import { DATABASE_FILE } from './create-backup.ts';
import { bringSecrets } from './kept-configuration.ts';
import { BackupError, damagedFiles, type Manifest } from './manifest.ts';
import { runPostgresProgram } from './postgres-programs.ts';

/** A backup that is whole so far as its files say. */
export interface WholeBackup {
  readonly folder: string;
  readonly manifest: Manifest;
}

async function requireWhole({ folder, manifest }: WholeBackup): Promise<void> {
  const damaged = await damagedFiles(folder, manifest);
  if (damaged.length > 0) throw new BackupError(`The backup is damaged: ${damaged.join('; ')}. Nothing was restored.`);
}

/**
 * Brings a backup into a place where nothing is yet, and compares every table with what the manifest says of it. Nothing is
 * migrated and no epoch begun: the database is then exactly what it was.
 */
export async function restoreInto(config: Config, backup: WholeBackup): Promise<void> {
  const { folder, manifest } = backup;
  const { database: wanted, dataDir } = config;
  if (wanted.kind !== manifest.engine)
    throw new BackupError(
      `The backup is of the ${ENGINE[manifest.engine]}, and the variables name the ${ENGINE[wanted.kind]}. Nothing was restored. Restore it into its own kind; \`mcp-coordinator move\` brings the embedded database to PostgreSQL.`,
    );
  await requireWhole(backup);
  const file = join(folder, DATABASE_FILE[manifest.engine]);
  const database =
    wanted.kind === 'embedded' ? await loadEmbedded(dataDir, file) : await loadPostgres(config, wanted, file);
  try {
    const wrong = differences(manifest.tables, await database.db.transaction().execute(databaseFacts));
    if (wrong.length > 0) throw new BackupError(`What was restored is not what was kept: ${wrong.join('; ')}.`);
  } finally {
    await database.close();
  }
  bringSecrets(folder, dataDir);
}

const ENGINE = { embedded: 'embedded database', postgres: 'PostgreSQL database' } as const;

async function loadEmbedded(dataDir: string, file: string): Promise<OpenDatabase> {
  const pgdata = join(dataDir, 'pgdata');
  if (existsSync(pgdata) && readdirSync(pgdata).length > 0)
    throw new BackupError(
      `There is a database in ${pgdata} already. Nothing was restored. Set DATA_DIR to a folder that is new.`,
    );
  return openDatabase({ kind: 'embedded', dataDir: ownFolder(pgdata), from: await openAsBlob(file) });
}

type External = Extract<Config['database'], { kind: 'postgres' }>;

async function loadPostgres({ programPath }: Config, wanted: External, file: string): Promise<OpenDatabase> {
  const connectionString = wanted.owner ?? wanted.connectionString;
  const database = await openDatabase({ ...wanted, connectionString, patient: true });
  try {
    if ((await tablesThere(database)) > 0)
      throw new BackupError(
        `The database at ${placeOf(connectionString)} is not empty. Nothing was restored. Make a new one (createdb), and name it by DB_DATABASE or DATABASE_URL.`,
      );
    const args = ['--exit-on-error', '--single-transaction', '--no-owner', '--no-privileges', '--no-comments'];
    await runPostgresProgram('pg_restore', [...args, file], { connectionString, programPath });
    const { rows } = await sql<{ found: boolean }>`select to_regclass('audit_logs') is not null as found`.execute(
      database.db,
    );
    if (!rows[0]?.found)
      throw new BackupError(
        `The tables of the backup lie in a schema named after the user that made it, which ${new URL(connectionString).username} does not look into. Restore as that user.`,
      );
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function tablesThere({ db }: OpenDatabase): Promise<number> {
  const { rows } = await sql<{ tables: string }>`
    select count(*)::text as tables from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
  return Number(rows[0]?.tables ?? 0);
}

/** Without the password. */
const placeOf = (connectionString: string): string => {
  const { host, pathname } = new URL(connectionString);
  return `${host}${pathname}`;
};
