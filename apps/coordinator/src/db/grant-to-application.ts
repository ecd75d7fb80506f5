import { type RawBuilder, sql } from 'kysely';
import type { Db } from './schema.ts';

/** Written once and never changed, but by functions of their owner. */
const APPEND_ONLY = [
  'audit_logs',
  'audit_leaves',
  'audit_subtrees',
  'audit_checkpoints',
  'audit_prunings',
  'audit_epochs',
];
const READ_ONLY = ['kysely_migration', 'kysely_migration_lock'];
const OWNERS_FUNCTIONS = [
  'audit_place_leaves(json)',
  'audit_erase_payload(text)',
  'audit_drop_archived(integer)',
] as const;
const JOBS = 'pgboss';

/** What the application's role may do; run as the owner after each migration, since new tables bring no rights with them. */
export async function grantToApplication(db: Db, schema: string, application: string): Promise<void> {
  const to = sql.id(application);
  const tables = (names: readonly string[]) => sql.join(names.map((name) => sql.id(schema, name)));
  const statements: RawBuilder<unknown>[] = [
    sql`grant usage on schema ${sql.id(schema)} to ${to}`,
    sql`grant select, insert, update, delete on all tables in schema ${sql.id(schema)} to ${to}`,
    sql`grant usage, select on all sequences in schema ${sql.id(schema)} to ${to}`,
    sql`revoke update, delete, truncate on ${tables(APPEND_ONLY)} from ${to}`,
    sql`revoke insert, update, delete, truncate on ${tables(READ_ONLY)} from ${to}`,
    ...OWNERS_FUNCTIONS.flatMap((name) => {
      const called = sql`${sql.id(schema)}.${sql.raw(name)}`;
      return [sql`revoke execute on function ${called} from public`, sql`grant execute on function ${called} to ${to}`];
    }),
    sql`grant usage on schema ${sql.id(JOBS)} to ${to}`,
    sql`grant select, insert, update, delete on all tables in schema ${sql.id(JOBS)} to ${to}`,
    sql`grant usage, select on all sequences in schema ${sql.id(JOBS)} to ${to}`,
    sql`grant execute on all functions in schema ${sql.id(JOBS)} to ${to}`,
  ];
  await db.transaction().execute(async (tx) => {
    for (const statement of statements) await statement.execute(tx);
  });
}
