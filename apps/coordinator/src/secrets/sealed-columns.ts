import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '../db/schema.ts';
import type { Place } from './envelope.ts';

/** A sealed value, and where it stands. */
export interface SealedValue {
  readonly place: Place;
  readonly sealed: string;
}
/** A row with its sealed values, and the whole column as it was read. */
export interface SealedRow {
  readonly id: string;
  readonly values: readonly SealedValue[];
  readonly stored: string;
}

/** A column that holds sealed values: the one list of them, which a rotation of the encryption key goes through. */
export interface SealedColumn {
  readonly name: string;
  /** The next rows after this id with a value that does not begin with the prefix, in the order of their ids. */
  readonly behind: (db: Db, prefix: string, after: string | null, limit: number) => Promise<SealedRow[]>;
  /** Puts other values in the place of these; false, and nothing changed, when the row is no longer as it was read. */
  readonly save: (tx: Tx, row: SealedRow, resealed: readonly SealedValue[]) => Promise<boolean>;
}

/** Every secret that the database keeps in a form that can be opened. Passwords, keys and tokens are hashed, and are none. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  textColumn('signing_keys', 'id', 'sealed'),
  textColumn('totp_factors', 'user_id', 'sealed_secret'),
  mapColumn('remediations', 'id', 'sealed'),
  textColumn('alert_channel_secrets', 'channel', 'sealed'),
];

interface Found {
  id: string;
  stored: string;
}

/** Ids are compared as text whatever they are: all that matters is that each row comes once. */
const idAfter = (key: string, after: string | null): RawBuilder<boolean> =>
  after === null ? sql<boolean>`true` : sql<boolean>`${sql.ref(key)}::text collate "C" > ${after}`;

function textColumn(table: string, key: string, column: string): SealedColumn {
  const toRow = ({ id, stored }: Found): SealedRow => ({
    id,
    stored,
    values: [{ place: { table, column, id }, sealed: stored }],
  });
  return {
    name: `${table}.${column}`,
    behind: async (db, prefix, after, limit) => {
      const found = await sql<Found>`select ${sql.ref(key)}::text as id, ${sql.ref(column)} as stored
        from ${sql.table(table)}
        where ${sql.ref(column)} is not null and not starts_with(${sql.ref(column)}, ${prefix}) and ${idAfter(key, after)}
        order by ${sql.ref(key)}::text collate "C" limit ${limit}`.execute(db);
      return found.rows.map(toRow);
    },
    save: async (tx, { id, stored }, [resealed]) => {
      const saved = await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${resealed?.sealed}
        where ${sql.ref(key)}::text = ${id} and ${sql.ref(column)} = ${stored}`.execute(tx);
      return saved.numAffectedRows === 1n;
    },
  };
}

/** A jsonb object of sealed values, each by its own name. */
function mapColumn(table: string, key: string, column: string): SealedColumn {
  const toRow = ({ id, stored }: Found): SealedRow => ({
    id,
    stored,
    // Written by us alone, as an object of texts.
    values: Object.entries(JSON.parse(stored) as Record<string, string>).map(([part, sealed]) => ({
      place: { table, column, id, part },
      sealed,
    })),
  });
  return {
    name: `${table}.${column}`,
    behind: async (db, prefix, after, limit) => {
      const found = await sql<Found>`select ${sql.ref(key)}::text as id, ${sql.ref(column)}::text as stored
        from ${sql.table(table)}
        where exists (select 1 from jsonb_each_text(${sql.ref(column)}) as kept where not starts_with(kept.value, ${prefix}))
          and ${idAfter(key, after)}
        order by ${sql.ref(key)}::text collate "C" limit ${limit}`.execute(db);
      return found.rows.map(toRow);
    },
    save: async (tx, { id, stored }, resealed) => {
      const values = Object.fromEntries(resealed.map(({ place, sealed }) => [place.part ?? '', sealed]));
      const saved = await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${JSON.stringify(values)}::jsonb
        where ${sql.ref(key)}::text = ${id} and ${sql.ref(column)} = ${stored}::jsonb`.execute(tx);
      return saved.numAffectedRows === 1n;
    },
  };
}
