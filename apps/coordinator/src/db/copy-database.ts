import { sql } from 'kysely';
import type { Db, Tx } from './schema.ts';
import { type DatabaseFacts, databaseFacts, differences, tableColumns } from './table-facts.ts';

/** The rows that were written are not those that were read; nothing was kept. */
export class CopyError extends Error {}

const ROWS_AT_ONCE = 500;
/** Each database writes its own, when it is migrated. */
const OWN = ['kysely_migration', 'kysely_migration_lock'];

/**
 * Fills a freshly migrated database with every row of another one, in the transaction `to`: whole, or it throws. Its tables
 * have to belong to whoever writes. Rows travel as JSON text, which the databases make and read themselves. Answers what was
 * copied, compared by the hash of each row.
 */
export async function copyDatabase(from: Db, to: Tx): Promise<DatabaseFacts> {
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(to);
  const tables = new Map([...(await tableColumns(from))].filter(([name]) => !OWN.includes(name)));
  const links = await takeLinksAway(to);
  for (const table of tables.keys()) {
    await sql`alter table ${sql.table(table)} disable trigger user`.execute(to);
    await sql`delete from ${sql.table(table)}`.execute(to);
  }
  for (const [table, columns] of tables) await copyTable(from, to, table, columns);
  for (const table of tables.keys()) await sql`alter table ${sql.table(table)} enable trigger user`.execute(to);
  for (const { table, name, definition } of links)
    await sql`alter table ${sql.table(table)} add constraint ${sql.ref(name)} ${sql.raw(definition)}`.execute(to);
  await copySequences(from, to);
  const wanted = without(await from.transaction().execute(databaseFacts));
  const wrong = differences(wanted, without(await databaseFacts(to)));
  if (wrong.length > 0) throw new CopyError(`Not every row arrived as it was: ${wrong.join('; ')}.`);
  return wanted;
}

const without = (facts: DatabaseFacts): DatabaseFacts =>
  Object.fromEntries(Object.entries(facts).filter(([name]) => !OWN.includes(name)));

/** Foreign keys, which come back in the end and are then checked for every row: until then tables come in any order. */
async function takeLinksAway(to: Tx) {
  const { rows } = await sql<{ table: string; name: string; definition: string }>`
    select c.conrelid::regclass::text as table, c.conname as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_namespace n on n.oid = c.connamespace
    where c.contype = 'f' and n.nspname = current_schema()`.execute(to);
  for (const { table, name } of rows)
    await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(name)}`.execute(to);
  return rows;
}

async function copyTable(from: Db, to: Tx, table: string, columns: readonly string[]): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  for (let after = '(0,0)'; ; ) {
    const { rows } = await sql<{ last: string | null; batch: string | null }>`
      select (array_agg(place order by place desc))[1]::text as last, json_agg(line order by place)::text as batch
      from (
        select t.ctid as place, t as line from ${sql.table(table)} as t
        where t.ctid > ${after}::text::tid order by t.ctid limit ${sql.lit(ROWS_AT_ONCE)}
      ) as page`.execute(from);
    const page = rows[0];
    if (!page?.last || page.batch === null) return;
    await sql`insert into ${sql.table(table)} (${names}) overriding system value
      select ${names} from json_populate_recordset(null::${sql.table(table)}, ${page.batch}::text::json)`.execute(to);
    after = page.last;
  }
}

async function copySequences(from: Db, to: Tx): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select sequencename as name from pg_sequences where schemaname = current_schema()`.execute(from);
  for (const { name } of rows) {
    const { rows: at } = await sql<{ last: string; called: boolean }>`
      select last_value::text as last, is_called as called from ${sql.table(name)}`.execute(from);
    if (at[0])
      await sql`select setval(${name}::text::regclass, ${at[0].last}::text::bigint, ${at[0].called})`.execute(to);
  }
}
