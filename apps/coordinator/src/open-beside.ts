import { pino } from 'pino';
import type { Closing } from './closing.ts';
import { type Coordinator, compose } from './compose.ts';
import type { Config } from './config.ts';
import type { DataFolder } from './data-folder.ts';
import { openKeys } from './keys.ts';
import type { MonitoringDeps } from './modules/monitoring/monitoring.module.ts';
import { secretsOf } from './open-secrets.ts';
import { randomId, systemClock } from './runtime.ts';
import { startDatabase } from './start-database.ts';

/**
 * The coordinator's parts on its database, of which none works by itself: for commands. The embedded engine lends its files to
 * one process at a time, so the folder is held meanwhile. What goes wrong is told by the command, not by a log.
 */
export async function openBeside(
  config: Config,
  { folder, process, closing }: { folder: DataFolder; process: MonitoringDeps['process']; closing: Closing },
): Promise<Coordinator> {
  const { material, keptEncryptionKey } = secretsOf(config, folder);
  const { database } = await startDatabase(config, folder.path);
  closing.add(() => database.close());
  return compose({
    config,
    database,
    keys: await openKeys(database.db, material, systemClock),
    grantSigningPem: material.grantSigningPem,
    keptEncryptionKey,
    log: pino({ level: 'silent' }),
    clock: systemClock,
    newId: randomId,
    dataDir: folder.path,
    process,
  });
}
