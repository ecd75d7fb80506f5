import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

/** Every row of every table of a stopped system on the embedded database, as text. */
export async function rowsOfEmbedded(dataDir: string): Promise<string> {
  const copy = join(dataDir, '..', 'copy-of-pgdata');
  cpSync(join(dataDir, 'pgdata'), copy, { recursive: true });
  const lite = await PGlite.create({ dataDir: copy });
  const tables = await lite.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await lite.query<{ row: string }>(`select t::text as row from ${name} t`);
    texts.push(name, ...rows.map(({ row }) => row));
  }
  await lite.close();
  return texts.join('\n');
}
