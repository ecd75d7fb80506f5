import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import * as m0001 from '../../migrations/0001-init.ts';
import * as m0002 from '../../migrations/0002-second-factors.ts';
import * as m0003 from '../../migrations/0003-approval-policy.ts';
import * as m0004 from '../../migrations/0004-end-to-end-consent.ts';
import * as m0005 from '../../migrations/0005-signing-keys.ts';
import * as m0006 from '../../migrations/0006-instances.ts';
import * as m0007 from '../../migrations/0007-audit-proof.ts';
import * as m0009 from '../../migrations/0009-second-person.ts';
import * as m0010 from '../../migrations/0010-session-origins.ts';
import * as m0011 from '../../migrations/0011-alert-notices.ts';
import * as m0012 from '../../migrations/0012-own-machine.ts';
import * as m0014 from '../../migrations/0014-rollouts.ts';
import * as m0017 from '../../migrations/0017-backups.ts';
import * as m0018 from '../../migrations/0018-no-audit-sinks.ts';
import * as m0019 from '../../migrations/0019-metric-rollups.ts';
import type { Db } from './schema.ts';

const MIGRATIONS = {
  '0001-init': { up: m0001.up },
  '0002-second-factors': { up: m0002.up },
  '0003-approval-policy': { up: m0003.up },
  '0004-end-to-end-consent': { up: m0004.up },
  '0005-signing-keys': { up: m0005.up },
  '0006-instances': { up: m0006.up },
  '0007-audit-proof': { up: m0007.up },
  '0009-second-person': { up: m0009.up },
  '0010-session-origins': { up: m0010.up },
  '0011-alert-notices': { up: m0011.up },
  '0012-own-machine': { up: m0012.up },
  '0014-rollouts': { up: m0014.up },
  '0019-metric-rollups': { up: m0019.up },
  '0017-backups': { up: m0017.up },
  '0018-no-audit-sinks': { up: m0018.up },
};

/**
 * Brings the schema up to date and answers the names of the migrations that ran. Safe when two instances start at once on
 * PostgreSQL (an advisory lock); the embedded database has one process by its lock file.
 */
export async function migrate(db: Db): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
    // Each stands for itself; one that was numbered early and finished late must not lock out who has the next already.
    allowUnorderedMigrations: true,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error)
    throw new Error('the database could not be migrated; nothing of the failed migration was kept', { cause: error });
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** Names of migrations that this code has and the database has not. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const exists = await sql<{ found: boolean }>`select to_regclass('kysely_migration') is not null as found`.execute(db);
  if (!exists.rows[0]?.found) return Object.keys(MIGRATIONS);
  const done = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const names = new Set(done.rows.map((row) => row.name));
  return Object.keys(MIGRATIONS).filter((name) => !names.has(name));
}
