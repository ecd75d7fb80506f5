import { createHash, randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { inject } from 'vitest';
import { migrate } from '../db/migrate.ts';
import { type OpenDatabase, openDatabase } from '../db/open-database.ts';

export interface TestDatabase extends OpenDatabase {
  /**
   * The same data as a second instance sees it: on PostgreSQL through a pool of its own; PGlite belongs to one process, so
   * that two instances there share it. To be closed by who asked.
   */
  openAgain(): Promise<OpenDatabase>;
}

/** A fresh, migrated database on the engine of this run; gone after `close`. */
export const openTestDatabase = (): Promise<TestDatabase> =>
  inject('database') === 'postgres' ? openClone(inject('pgUrl')) : openInMemory();

const MIGRATIONS = new URL('../../migrations/', import.meta.url);

/** Changes with any migration, so that what was made of older ones is not taken for it. */
async function migrationsHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.ts')).sort()) {
    hash.update(name).update(await readFile(new URL(name, MIGRATIONS)));
  }
  return hash.digest('hex').slice(0, 16);
}

// --- PostgreSQL: every file gets a clone of one migrated template.

const urlOf = (serverUrl: string, database: string): string =>
  Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href;
const TEMPLATE_LOCK = 7_201_934;

async function asAdmin<T>(serverUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes the template once for each PostgreSQL; whoever comes second waits for who came first. */
async function ensureTemplate(admin: pg.Client, serverUrl: string): Promise<string> {
  const name = `template_${await migrationsHash()}`;
  await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const found = await admin.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await makeTemplate(admin, serverUrl, name);
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
  return name;
}

/** Under another name until it is whole, so that a failed migration leaves nothing that looks like a template. */
async function makeTemplate(admin: pg.Client, serverUrl: string, name: string): Promise<void> {
  const draft = `${name}_draft`;
  await admin.query(`drop database if exists ${draft} with (force)`);
  await admin.query(`create database ${draft}`);
  const database = await openDatabase({ kind: 'postgres', connectionString: urlOf(serverUrl, draft), poolMax: 2 });
  try {
    await migrate(database.db);
  } finally {
    await database.close();
  }
  await admin.query(`alter database ${draft} rename to ${name}`);
}

async function openClone(serverUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(serverUrl, async (admin) => {
    const template = await ensureTemplate(admin, serverUrl);
    await admin.query(`create database ${name} template ${template}`);
  });
  const openAgain = () => openDatabase({ kind: 'postgres', connectionString: urlOf(serverUrl, name), poolMax: 10 });
  const database = await openAgain();
  return {
    ...database,
    openAgain,
    close: async () => {
      await database.close();
      await asAdmin(serverUrl, (admin) => admin.query(`drop database if exists ${name} with (force)`));
    },
  };
}

// --- PGlite: every file loads one dump, since a new cluster takes seconds.

const CACHE = new URL('../../../../node_modules/.cache/coordinator-tests/', import.meta.url);
const DUMP_KEPT_MS = 86_400_000;

/** Several test files may make it at the same time: each writes its own file, and renaming it into place is atomic. */
async function ensureDump(): Promise<string> {
  const path = fileURLToPath(new URL(`migrated-${await migrationsHash()}.tar`, CACHE));
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (exists) return path;
  await mkdir(CACHE, { recursive: true });
  await removeOldDumps();
  const database = await openDatabase({ kind: 'embedded' });
  try {
    await migrate(database.db);
    if (database.engine.kind !== 'embedded') throw new Error('the embedded database opened as another engine');
    const draft = `${path}.${randomBytes(4).toString('hex')}`;
    await writeFile(draft, await (await database.engine.lite.dumpDataDir('none')).bytes());
    // Linked, not renamed: whoever came first may have it open already, and a replaced file cannot be read on.
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(draft);
  } finally {
    await database.close();
  }
  return path;
}

/** Only those that no run can be reading any more. */
async function removeOldDumps(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const file = new URL(name, CACHE);
    const found = await stat(file).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > DUMP_KEPT_MS) await rm(file, { force: true });
  }
}

async function openInMemory(): Promise<TestDatabase> {
  const database = await openDatabase({ kind: 'embedded', from: await openAsBlob(await ensureDump()) });
  return { ...database, openAgain: () => Promise.resolve({ ...database, close: () => Promise.resolve() }) };
}
