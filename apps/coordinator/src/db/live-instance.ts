import { type RawBuilder, sql } from 'kysely';

/** Whether the instance that this column names is alive, by the database's clock; false where it names none. */
export const isLiveInstance = (column: string): RawBuilder<boolean> => sql<boolean>`exists (
  select 1 from instances where instances.id = ${sql.ref(column)} and instances.expires_at > clock_timestamp())`;
