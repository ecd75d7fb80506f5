import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Config } from '../config.ts';
import type { DataFolder } from '../data-folder.ts';
import { CopyError, copyDatabase } from '../db/copy-database.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/open-database.ts';
import { type DatabaseFacts, rowsIn } from '../db/table-facts.ts';
import { openKeys } from '../keys.ts';
import { createRecordAudit } from '../modules/audit/audit.module.ts';
import { secretsOf } from '../open-secrets.ts';
import type { Clock, NewId } from '../runtime.ts';
import { openPrepared, startDatabase } from '../start-database.ts';
import { BackupError } from './manifest.ts';

export interface MovedDatabase {
  readonly tables: number;
  readonly rows: number;
  /** Where the embedded database lies now, so that nobody starts it by mistake. */
  readonly kept: string;
}
interface MoveDeps {
  readonly config: Config;
  /** Held by us: nobody writes to the embedded database meanwhile. */
  readonly folder: DataFolder;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly operator: string;
}

/** Brings the embedded database of the data folder to the PostgreSQL that the variables name: every row, or nothing. */
export async function moveDatabase(deps: MoveDeps): Promise<MovedDatabase> {
  const { config, folder, clock } = deps;
  if (config.database.kind === 'embedded')
    throw new BackupError('There is no PostgreSQL to move to. Nothing was moved. Set DB_HOST (or DATABASE_URL).');
  const pgdata = join(folder.path, 'pgdata');
  if (!existsSync(pgdata)) throw new BackupError(`There is no embedded database in ${folder.path}. Nothing was moved.`);
  const source = await openDatabase({ kind: 'embedded', dataDir: pgdata });
  let facts: DatabaseFacts;
  try {
    await migrate(source.db);
    // Fails where the key of the variables is not the one that sealed what is about to move.
    await openKeys(source.db, secretsOf(config, folder).material, clock);
    await requireEmpty(config, folder.path);
    facts = await fill(deps, source.db);
  } finally {
    await source.close();
  }
  const kept = join(folder.path, `pgdata.moved-${clock().toISOString().replaceAll(':', '-')}`);
  renameSync(pgdata, kept);
  return { tables: Object.keys(facts).length, rows: rowsIn(facts), kept };
}

async function requireEmpty(config: Config, dataDir: string): Promise<void> {
  const target = await openPrepared(config, dataDir);
  try {
    const { rows } = await sql<{ there: boolean }>`select to_regclass('users') is not null as there`.execute(target.db);
    if (rows[0]?.there)
      throw new BackupError(
        'The PostgreSQL database has tables of a coordinator already. Nothing was moved. Make a new database, and name it by DB_DATABASE or DATABASE_URL.',
      );
  } finally {
    await target.close();
  }
}

async function fill({ config, folder, clock, newId, operator }: MoveDeps, from: Parameters<typeof copyDatabase>[0]) {
  const { database } = await startDatabase(config, folder.path);
  try {
    const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(database.db);
    const target = await openOwned(config, rows[0]?.schema ?? 'public');
    try {
      return await target.db.transaction().execute(async (tx) => {
        const facts = await copyDatabase(from, tx);
        await createRecordAudit({ clock, newId })(tx, {
          action: 'database_moved',
          actor: 'system',
          target: 'database',
          details: { operator, tables: Object.keys(facts).length, rows: rowsIn(facts) },
        });
        return facts;
      });
    } catch (error) {
      if (!(error instanceof CopyError)) throw error;
      throw new BackupError(`${error.message} Nothing was moved; the embedded database is as it was.`);
    } finally {
      await target.close();
    }
  } finally {
    await database.close();
  }
}

/** As whom the tables belong to: foreign keys and triggers make way while rows are written. */
function openOwned({ database }: Config, schema: string) {
  if (database.kind === 'embedded') throw new Error('only PostgreSQL has owners');
  const url = new URL(database.owner ?? database.connectionString);
  url.searchParams.set('options', `-c search_path="${schema.replaceAll('"', '""')}"`);
  return openDatabase({ ...database, connectionString: url.href, patient: true });
}
