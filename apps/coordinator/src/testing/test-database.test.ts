import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate, pendingMigrations } from '../db/migrate.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

it('has every migration', async () => {
  expect(await pendingMigrations(database.db)).toEqual([]);
  expect(await migrate(database.db)).toEqual([]);
});

it('is empty, is writable, and a second opening sees the same data', async () => {
  const again = await database.openAgain();
  await database.db
    .insertInto('policies')
    .values({ name: 'approval', version: 1, document: JSON.stringify({ quorum: 1 }), created_at: new Date() })
    .execute();
  expect(await again.db.selectFrom('policies').select(['name', 'document']).execute()).toEqual([
    { name: 'approval', document: { quorum: 1 } },
  ]);
  await again.close();
  expect((await sql<{ one: number }>`select 1 as one`.execute(database.db)).rows).toEqual([{ one: 1 }]);
});

it('answers int8 as text on both engines', async () => {
  const { n } = await database.db
    .selectFrom('policies')
    .select((eb) => eb.fn.countAll().as('n'))
    .executeTakeFirstOrThrow();
  expect(n).toBe('1');
});
