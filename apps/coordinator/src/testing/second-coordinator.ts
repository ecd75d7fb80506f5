import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { compose } from '../compose.ts';
import { loadConfig } from '../config.ts';
import { deriveKeys } from '../keys.ts';
import { randomId } from '../runtime.ts';
import type { TestApp } from './harness.ts';

/** Another coordinator on the same data, started: what one does that finds what a dead one left. Answers what stops it. */
export async function startSecondCoordinator(
  app: TestApp,
  environment: Record<string, string> = {},
): Promise<() => Promise<void>> {
  const database = await app.database.openAgain();
  const dataDir = mkdtempSync(join(tmpdir(), 'coordinator-test-'));
  const secret = 'a secret of the tests, long enough to be taken';
  const coordinator = await compose({
    config: loadConfig({ PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, LOG_LEVEL: 'silent', ...environment }),
    database,
    keys: deriveKeys({ encryptionKey: secret, jwtSecret: secret, sessionSecret: secret }),
    log: pino({ level: 'silent' }),
    clock: () => app.now(),
    newId: randomId,
    dataDir,
    process,
    bcryptCost: 4,
  });
  await coordinator.start();
  return async () => {
    await coordinator.stop();
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
