import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Coordinator, compose } from '../compose.ts';
import { loadConfig } from '../config.ts';
import type { OpenDatabase } from '../db/open-database.ts';
import { openKeys } from '../keys.ts';
import { type Clock, randomId } from '../runtime.ts';
import { type Ask, askWith, TEST_SECRETS, type TestApp } from './harness.ts';

export interface SecondCoordinator {
  readonly base: string;
  readonly coordinator: Coordinator;
  /** Asks this one, as the admin that the first one knows. */
  readonly admin: Ask;
  as(token: string): Ask;
  stop(): Promise<void>;
}

/** Another coordinator on the same data, not started yet. */
export const composeSecond = async ({
  database,
  dataDir,
  clock,
  environment = {},
}: {
  database: OpenDatabase;
  dataDir: string;
  clock: Clock;
  environment?: Record<string, string>;
}): Promise<Coordinator> =>
  compose({
    config: loadConfig({
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
      RATE_LIMIT_PER_MINUTE: '100000',
      DRAIN_SECONDS: '0',
      ...environment,
    }),
    database,
    keys: await openKeys(database.db, TEST_SECRETS, clock),
    log: pino({ level: environment['LOG_LEVEL'] ?? 'silent' }),
    clock,
    newId: randomId,
    dataDir,
    process,
    bcryptCost: 4,
    alone: false,
  });

/** Another coordinator on the same data, started and listening; what a second instance of the program is. */
export async function startSecondCoordinator(
  app: TestApp,
  { environment = {}, clock = () => app.now() }: { environment?: Record<string, string>; clock?: Clock } = {},
): Promise<SecondCoordinator> {
  const database = await app.database.openAgain();
  const dataDir = mkdtempSync(join(tmpdir(), 'coordinator-test-'));
  const coordinator = await composeSecond({ database, dataDir, clock, environment });
  await coordinator.start();
  const base = await coordinator.listen('127.0.0.1', 0);
  const as = (token: string): Ask => askWith(base, token);
  return {
    base,
    coordinator,
    admin: as(app.adminToken),
    as,
    stop: async () => {
      await coordinator.stop();
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
