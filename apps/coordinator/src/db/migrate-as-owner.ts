import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import { grantToApplication } from './grant-to-application.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';

/**
 * Migrates as the role that owns the tables, and leaves the application's role only what it needs: records of the audit log
 * can then neither be changed nor deleted with what the application knows. Answers the migrations that ran.
 */
export async function migrateAsOwner(ownerUrl: string, application: string): Promise<string[]> {
  const schema = await schemaFor(ownerUrl, application);
  const inSchema = new URL(ownerUrl);
  inSchema.searchParams.set('options', `-c search_path="${schema.replaceAll('"', '""')}"`);
  await installJobQueue(ownerUrl);
  const database = await openDatabase({ kind: 'postgres', connectionString: inSchema.href, poolMax: 2 });
  try {
    const migrated = await migrate(database.db);
    await grantToApplication(database.db, schema, application);
    return migrated;
  } finally {
    await database.close();
  }
}

/** `public`, or where its owner may not create there one named after the application, which it finds by itself. */
async function schemaFor(ownerUrl: string, application: string): Promise<string> {
  const database = await openDatabase({ kind: 'postgres', connectionString: ownerUrl, poolMax: 2 });
  try {
    const { rows } = await sql<{ may: boolean }>`select has_schema_privilege('public', 'create') as may`.execute(
      database.db,
    );
    if (rows[0]?.may) return 'public';
    await database.db.schema.createSchema(application).ifNotExists().execute();
    return application;
  } finally {
    await database.close();
  }
}

/** The job queue makes its own tables at its start, if it may: here its owner does that for it. */
async function installJobQueue(connectionString: string): Promise<void> {
  const boss = new PgBoss({ connectionString, max: 2, supervise: false, schedule: false });
  const failures: unknown[] = [];
  boss.on('error', (error) => failures.push(error));
  await boss.start();
  await boss.stop({ graceful: false });
  if (failures.length > 0) throw new Error('the job queue could not be installed', { cause: failures[0] });
}
