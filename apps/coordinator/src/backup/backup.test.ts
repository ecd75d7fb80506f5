import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Config, loadConfig } from '../config.ts';
import { takeDataFolder } from '../data-folder.ts';
import { openDatabase } from '../db/open-database.ts';
import { openBeside } from '../open-beside.ts';
import { randomId } from '../runtime.ts';
import { startTestApp, TEST_SECRET, type TestApp } from '../testing/harness.ts';
import { auditOf } from '../testing/road-state.ts';
import { newestBackupAt } from './backups.store.ts';
import { listBackups } from './create-backup.ts';
import { runRecovery } from './recovery.ts';

const SECRETS = { JWT_SECRET: TEST_SECRET, SESSION_SECRET: TEST_SECRET, ENCRYPTION_KEY: TEST_SECRET };
const HOUR_MS = 3_600_000;
let root: string;
let app: TestApp;
const made: string[] = [];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'coordinator-backups-'));
  app = await startTestApp({
    ...{ ...SECRETS, PATH: process.env['PATH'] ?? '', BACKUP_DIR: join(root, 'backups') },
    METRICS_TOKEN: 'a # token "with" marks \\n',
  });
});
afterAll(async () => {
  for (const name of made) await sql`drop database if exists ${sql.id(name)} with (force)`.execute(app.database.db);
  await app.close();
  rmSync(root, { recursive: true, force: true });
});

/** The variables of a place: an own data folder, and on PostgreSQL an own database, both empty. */
async function newPlace(): Promise<Config> {
  const place = { ...SECRETS, PATH: process.env['PATH'] ?? '', DATA_DIR: mkdtempSync(join(root, 'place-')) };
  const variables = { ...place, BACKUP_DIR: join(root, 'backups'), LOG_FILE_PATH: join(root, 'log') };
  if (app.database.engine.kind === 'embedded') return loadConfig(variables);
  const name = `restored_${randomId('d').slice(2, 12)}`;
  made.push(name);
  await sql`create database ${sql.id(name)}`.execute(app.database.db);
  const url = Object.assign(new URL(app.database.engine.connectionString), { pathname: `/${name}` });
  return loadConfig({ ...variables, DATABASE_URL: url.href });
}

const recover = (config: Config, request: Parameters<typeof runRecovery>[1]) =>
  runRecovery(
    {
      ...{ config, clock: () => app.now(), newId: randomId, operator: 'root' },
      takeFolder: async ({ dataDir }) => takeDataFolder(dataDir, { pid: process.pid, isAlive: () => true }),
      open: (where, folder, closing) => openBeside(where, { folder, process, closing }),
    },
    request,
  );
const backUp = async (more: object = {}) => {
  const answer = await app.coordinator.operate({
    operator: 'root',
    request: { operation: 'create_backup', withKeys: true, ...more },
  });
  if (!answer.ok) throw new Error(answer.refusal.detail);
  return answer.value as { path: string; manifest: { id: string; createdAt: string }; removed: string[] };
};

describe('a backup, made while the coordinator works', { timeout: 60_000 }, () => {
  it('holds the database, the keys and the configuration for their owner alone, and is recorded', async () => {
    const { path, manifest } = await backUp();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(path)) expect(statSync(join(path, name)).mode & 0o077).toBe(0);
    expect(readFileSync(join(path, 'environment.env'), 'utf8')).toContain(`ENCRYPTION_KEY="${TEST_SECRET}"`);
    expect((await newestBackupAt(app.database.db))?.toISOString()).toBe(manifest.createdAt);
    app.advance(HOUR_MS / 4);
    const { domain } = await app.coordinator.monitoring.sampleNow();
    expect(domain.backup_age_hours).toBeCloseTo(0.25, 1);
    expect(await auditOf(app, 'backup_created', manifest.id)).toMatchObject({ details: { operator: 'root', path } });
  });

  it('is verified by restoring it into a scratch place, of which nothing stays', async () => {
    await app.person('user', 'in-the-backup');
    const { path } = await backUp();
    const verified = await recover(await newPlace(), { operation: 'verify_backup', backup: path });
    expect(verified).toMatchObject({ ok: true, value: { audit: { valid: true, problems: [] } } });
    const { rows } = await sql<{ n: string }>`
      select count(*)::text as n from pg_database where datname like 'mcp_verify_%'`.execute(app.database.db);
    expect(rows[0]?.n).toBe('0');
  });

  it('that was damaged is named file by file, and restores nothing', async () => {
    const { path } = await backUp();
    const [file] = readdirSync(path).filter((name) => name.startsWith('database.'));
    appendFileSync(join(path, file!), 'x');
    const place = await newPlace();
    const answer = await recover(place, { operation: 'restore_backup', backup: path });
    expect(answer).toMatchObject({ ok: false, refusal: { detail: expect.stringContaining(`${file} has`) } });
    expect(existsSync(join(place.dataDir, 'pgdata'))).toBe(false);
    rmSync(path, { recursive: true });
  });

  it('whose rows are not those of its manifest is noticed', async () => {
    const { path } = await backUp();
    const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
    manifest.tables.users.rows += 1;
    rmSync(join(path, 'manifest.json'));
    appendFileSync(join(path, 'manifest.json'), JSON.stringify(manifest));
    const answer = await recover(await newPlace(), { operation: 'verify_backup', backup: path });
    expect(answer).toMatchObject({ refusal: { detail: expect.stringMatching(/users has \d+ rows instead of \d+/) } });
    rmSync(path, { recursive: true });
  });

  it('brings everything back after the database was damaged, in a new epoch in which no old session counts', async () => {
    const before = await app.person('viewer', 'before-the-damage');
    const { path } = await backUp();
    await app.person('user', 'after-the-backup');
    await sql`delete from sessions`.execute(app.database.db);
    const place = await newPlace();
    const restored = await recover(place, { operation: 'restore_backup', backup: path });
    expect(restored).toMatchObject({ ok: true, value: { epoch: 2, audit: { valid: true } } });
    expect(await recover(place, { operation: 'restore_backup', backup: path })).toMatchObject({
      refusal: { detail: expect.stringMatching(/already|not empty/) },
    });
    const there = await openDatabase(
      place.database.kind === 'postgres'
        ? place.database
        : { kind: 'embedded', dataDir: join(place.dataDir, 'pgdata') },
    );
    const users = await there.db.selectFrom('users').select('username').execute();
    const alive = await there.db.selectFrom('sessions').select('id').where('ended_at', 'is', null).execute();
    const epochs = await there.db.selectFrom('audit_epochs').selectAll().execute();
    await there.close();
    expect(users.map(({ username }) => username)).toEqual(expect.arrayContaining(['admin', before.username]));
    expect(users.map(({ username }) => username)).not.toContain('after-the-backup');
    expect(alive).toEqual([]);
    expect(epochs).toMatchObject([{ reason: expect.stringContaining('restored from the backup') }]);
  });

  it('does not stay for ever, where that is asked for', async () => {
    const before = listBackups(join(root, 'backups')).length;
    const { path, removed } = await backUp({ keep: 1 });
    expect(removed).toHaveLength(before);
    const listed = await recover(await newPlace(), { operation: 'list_backups' });
    expect(listed).toMatchObject({ value: { backups: [{ path, engine: app.database.kind, withKeys: true }] } });
  });
});

it('is not made of a folder that is none', async () => {
  const answer = await recover(await newPlace(), { operation: 'verify_backup', backup: root });
  expect(answer).toMatchObject({ ok: false, refusal: { detail: expect.stringContaining('is no backup') } });
  expect(inject('database')).toBe(app.database.kind === 'embedded' ? 'pglite' : 'postgres');
});
