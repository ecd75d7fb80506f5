import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { accept } from '@mcp-coordinator/core/result';
import { sql } from 'kysely';
import type { Config } from '../config.ts';
import type { OpenDatabase } from '../db/open-database.ts';
import type { Tx } from '../db/schema.ts';
import { type DatabaseFacts, databaseFacts, rowsIn } from '../db/table-facts.ts';
import { transact } from '../db/transaction.ts';
import type { RecordAudit } from '../modules/audit/audit.module.ts';
import type { Clock, NewId } from '../runtime.ts';
import { insertBackup } from './backups.store.ts';
import { keepConfiguration } from './kept-configuration.ts';
import { filesIn, type Manifest, manifestPath, readManifest } from './manifest.ts';
import { runPostgresProgram } from './postgres-programs.ts';

export interface CreateBackupDeps {
  readonly database: Pick<OpenDatabase, 'db' | 'engine'>;
  readonly config: Config;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly recordAudit: RecordAudit;
  /** Who runs the command, for the audit record. */
  readonly operator: string;
}
export interface BackupRequest {
  /** The folder of backups; the configuration's where absent. */
  readonly to?: string | undefined;
  readonly withKeys: boolean;
  /** How many of the newest stay; all where absent. */
  readonly keep?: number | undefined;
}
export interface CreatedBackup {
  readonly path: string;
  readonly manifest: Manifest;
  /** Older ones that went. */
  readonly removed: readonly string[];
}

export const DATABASE_FILE = { embedded: 'database.tar.gz', postgres: 'database.dump' } as const;
const UNFINISHED = '.unfinished';

/** Makes a folder that holds the database as of one moment, and the keys with the configuration; whole or not at all. */
export async function createBackup(deps: CreateBackupDeps, request: BackupRequest): Promise<CreatedBackup> {
  const createdAt = deps.clock();
  const parent = resolve(request.to ?? deps.config.backupDir);
  const path = join(parent, createdAt.toISOString().replaceAll(':', '-'));
  const draft = `${path}${UNFINISHED}`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  try {
    const snapshot = await keepDatabase(deps, draft);
    if (request.withKeys) keepConfiguration(draft, deps.config);
    const files = await filesIn(draft);
    for (const name of Object.keys(files)) chmodSync(join(draft, name), 0o600);
    const manifest: Manifest = {
      version: 1,
      id: deps.newId('backup'),
      createdAt: createdAt.toISOString(),
      engine: deps.database.engine.kind,
      withKeys: request.withKeys,
      ...snapshot,
      files,
    };
    writeFileSync(manifestPath(draft), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, path);
    await note(deps, { createdAt, path, manifest });
    return { path, manifest, removed: request.keep === undefined ? [] : removeOlder(parent, request.keep) };
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

type Snapshot = Pick<Manifest, 'tables' | 'checkpoint'>;

/** What is written meanwhile goes on, and is in the next backup. */
const keepDatabase = ({ database: { db, engine }, config }: CreateBackupDeps, folder: string): Promise<Snapshot> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const tables: DatabaseFacts = await databaseFacts(tx);
      const checkpoint = await newestCheckpoint(tx);
      const file = join(folder, DATABASE_FILE[engine.kind]);
      if (engine.kind === 'embedded') {
        // The engine has one connection, and this transaction holds it: nobody writes between the two.
        writeFileSync(file, await (await engine.lite.dumpDataDir('gzip')).bytes(), { mode: 0o600 });
      } else await dumpAt(tx, file, { ...config, connectionString: ownerOf(config) ?? engine.connectionString });
      return { tables, checkpoint };
    });

const ownerOf = ({ database }: Config): string | undefined =>
  (database.kind === 'postgres' ? database.owner : null) ?? undefined;

async function dumpAt(tx: Tx, file: string, place: Parameters<typeof runPostgresProgram>[2]): Promise<void> {
  // It lasts as long as the dump does, and is idle in its transaction all the while.
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
  const { rows } = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(tx);
  const args = ['--format=custom', `--snapshot=${rows[0]?.id}`, `--file=${file}`];
  await runPostgresProgram('pg_dump', args, place);
}

async function newestCheckpoint(tx: Tx): Promise<string | null> {
  const row = await tx
    .selectFrom('audit_checkpoints')
    .select('note')
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.note ?? null;
}

async function note(
  { database: { db }, clock, recordAudit, operator }: CreateBackupDeps,
  { createdAt, path, manifest }: { createdAt: Date; path: string; manifest: Manifest },
): Promise<void> {
  const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  const rows = rowsIn(manifest.tables);
  await transact(db, async (tx) => {
    await insertBackup(tx, { id: manifest.id, createdAt, finishedAt: clock(), path, bytes, rows });
    const details = { operator, path, bytes, rows, withKeys: manifest.withKeys };
    await recordAudit(tx, { action: 'backup_created', actor: 'system', target: manifest.id, details });
    return accept(undefined);
  });
}

/** The whole backups in a folder, newest first. */
export function listBackups(parent: string): { path: string; manifest: Manifest }[] {
  const found = readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.endsWith(UNFINISHED))
    .map(({ name }) => join(parent, name));
  const whole = found.flatMap((path) => {
    try {
      return [{ path, manifest: readManifest(path) }];
    } catch {
      // Another folder: not ours to list, and certainly not to remove.
      return [];
    }
  });
  return whole.sort((one, other) => other.manifest.createdAt.localeCompare(one.manifest.createdAt));
}

function removeOlder(parent: string, keep: number): string[] {
  const older = listBackups(parent)
    .slice(keep)
    .map(({ path }) => path);
  for (const path of older) rmSync(path, { recursive: true });
  return older;
}
