import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Config, loadConfig } from '../config.ts';
import { openDatabase } from '../db/open-database.ts';
import { databaseFault } from '../db/sqlstate.ts';
import { variablesOf } from './kept-configuration.ts';
import { BackupError } from './manifest.ts';
import type { WholeBackup } from './restore-backup.ts';

/** A place of its own that is gone afterwards, with the configuration and the keys of the backup, or else the present ones. */
export async function withScratchPlace<Value>(
  present: Config,
  { folder, manifest }: WholeBackup,
  work: (config: Config) => Promise<Value>,
): Promise<Value> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mcp-coordinator-verify-'));
  const own = manifest.withKeys ? variablesOf(folder) : present.given;
  const { BACKUP_DIR: _backups, LOG_FILE_PATH: _log, AUDIT_ARCHIVE_DIR: _archive, ...kept } = own;
  try {
    const quiet = { ...kept, PATH: present.programPath, DATA_DIR: dataDir, LOG_FILE_PATH: join(dataDir, 'verify.log') };
    if (manifest.engine === 'embedded') return await work(loadConfig(withoutDatabase(quiet)));
    if (present.database.kind !== 'postgres')
      throw new BackupError(
        'The backup is of a PostgreSQL database: set DB_HOST (or DATABASE_URL) to where it can be tried.',
      );
    return await withScratchDatabase(present.database, (name) =>
      work(loadConfig({ ...quiet, ...databaseVariables(present.given), ...renamed(present.given, name) })),
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const OF_DATABASE = /^(DB_|DATABASE_URL$)/;
type Variables = Readonly<Record<string, string>>;
const pick = (variables: Variables, keep: (name: string) => boolean): Variables =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => keep(name)));
const withoutDatabase = (variables: Variables): Variables => pick(variables, (name) => !OF_DATABASE.test(name));
const databaseVariables = (variables: Variables): Variables => pick(variables, (name) => OF_DATABASE.test(name));

function renamed({ DATABASE_URL }: Variables, name: string): Variables {
  if (DATABASE_URL === undefined) return { DB_DATABASE: name };
  return { DATABASE_URL: Object.assign(new URL(DATABASE_URL), { pathname: `/${name}` }).href };
}

type External = Extract<Config['database'], { kind: 'postgres' }>;

async function withScratchDatabase<Value>(wanted: External, work: (name: string) => Promise<Value>): Promise<Value> {
  const name = `mcp_verify_${randomBytes(6).toString('hex')}`;
  const connectionString = wanted.owner ?? wanted.connectionString;
  const server = await openDatabase({ ...wanted, connectionString, patient: true });
  try {
    await sql`create database ${sql.id(name)}`.execute(server.db).catch((error: unknown) => {
      if (databaseFault(error) !== 'forbidden') throw error;
      throw new BackupError(
        `${new URL(connectionString).username} may make no database to try the backup in. Nothing was verified. Let it: ALTER ROLE … CREATEDB, or verify it against another server.`,
      );
    });
    try {
      return await work(name);
    } finally {
      await sql`drop database if exists ${sql.id(name)}`.execute(server.db);
    }
  } finally {
    await server.close();
  }
}
