import { sql } from 'kysely';
import type { Db, Tx } from './schema.ts';

/** What a table holds: how many rows, and a sum over the hashes of all of them, whatever their order. */
export interface TableFacts {
  readonly rows: number;
  readonly hash: string;
}
export type DatabaseFacts = Readonly<Record<string, TableFacts>>;

/** The columns of each of our tables, by name; those of the job queue, which only wakes, are none of them. */
export async function tableColumns(db: Db | Tx): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ name: string; columns: string[] }>`
    select t.table_name as name,
      (select array_agg(c.column_name::text order by c.column_name) from information_schema.columns c
        where c.table_schema = t.table_schema and c.table_name = t.table_name) as columns
    from information_schema.tables t
    where t.table_schema = current_schema() and t.table_type = 'BASE TABLE' order by 1`.execute(db);
  return new Map(rows.map(({ name, columns }) => [name, columns]));
}

/** A row as text that is the same on every engine: the columns in the order of their names, times in UTC. */
const rowText = (columns: readonly string[]) =>
  sql<string>`row(${sql.join(columns.map((column) => sql.ref(column)))})::text`;

/** In the caller's transaction, whose time zone is UTC from here on. */
export async function databaseFacts(tx: Tx): Promise<DatabaseFacts> {
  await sql`set local timezone = 'UTC'`.execute(tx);
  const facts: Record<string, TableFacts> = {};
  for (const [name, columns] of await tableColumns(tx)) {
    const { rows } = await sql<{ rows: string; hash: string | null }>`
      select count(*)::text as rows, sum(('x' || left(md5(${rowText(columns)}), 15))::bit(60)::bigint)::text as hash
      from ${sql.table(name)}`.execute(tx);
    facts[name] = { rows: Number(rows[0]?.rows ?? 0), hash: rows[0]?.hash ?? '0' };
  }
  return facts;
}

export const rowsIn = (facts: DatabaseFacts): number => Object.values(facts).reduce((sum, { rows }) => sum + rows, 0);

/** Each table that is not the same in both, with what it holds in either. */
export function differences(wanted: DatabaseFacts, found: DatabaseFacts): string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  return names.flatMap((name) => {
    const [one, other] = [wanted[name], found[name]];
    if (one === undefined) return [`${name} is there, and was not in the original`];
    if (other === undefined) return [`${name} is missing`];
    if (one.rows !== other.rows) return [`${name} has ${other.rows} rows instead of ${one.rows}`];
    return one.hash === other.hash ? [] : [`${name} has the same number of rows, and not the same rows`];
  });
}
