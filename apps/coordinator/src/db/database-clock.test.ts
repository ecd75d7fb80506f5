import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { followDatabaseClock } from './database-clock.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

it('is the database’s time, whatever this host takes for the time', async () => {
  // A steady clock says nothing of the time of day, and here not even when it began.
  let steady = -1_000_000;
  const followed = await followDatabaseClock(database.db, pino({ level: 'silent' }), () => steady);
  const begin = followed.clock().getTime();
  expect(Math.abs(begin - Date.now())).toBeLessThan(5_000);
  steady += 600_000;
  expect(followed.clock().getTime() - begin).toBe(600_000);
  followed.stop();
});
