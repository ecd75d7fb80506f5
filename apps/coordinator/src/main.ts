import { readFileSync } from 'node:fs';
import { compose } from './compose.ts';
import { type Config, ConfigError, loadConfig } from './config.ts';
import { type DataFolder, DataFolderError, takeDataFolder } from './data-folder.ts';
import { deriveKeys } from './keys.ts';
import { startLocalServers } from './local-servers/start-local-servers.ts';
import { createLogger, type OpenLog } from './log.ts';
import { randomId, systemClock } from './runtime.ts';
import { DatabaseUnavailableError, startDatabase } from './start-database.ts';

/** A stop that takes longer is cut off: something hangs that nobody waits for. */
const STOP_WITHIN_MS = 12_000;
const USAGE = 'Usage: coordinator serve [--local-servers] | migrate\n';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const keysOf = (config: Config, folder: DataFolder) => {
  const read = (file: string | null): string | undefined => (file === null ? undefined : readFileSync(file, 'utf8'));
  return deriveKeys({
    encryptionKey: config.secrets.encryption ?? folder.secret('encryption-key'),
    jwtSecret: config.secrets.jwt ?? folder.secret('jwt-secret'),
    sessionSecret: config.secrets.session ?? folder.secret('session-secret'),
    grantSigningPem: read(config.grantSigningKeyFile),
    auditSigningPem: read(config.auditSigningKeyFile),
  });
};

const openLog = (config: Config): OpenLog =>
  createLogger({
    level: config.log.level,
    filePath: config.log.filePath,
    stdout: process.stdout,
    secrets: [
      config.admin.password,
      config.secrets.jwt,
      config.secrets.session,
      config.secrets.encryption,
      config.metricsToken ?? undefined,
    ].filter((value) => value !== undefined),
  });

/** Several instances may share an external database and a machine, so that only the embedded one is held alone. */
const folderOf = (config: Config): DataFolder => {
  const held = takeDataFolder(config.dataDir, { pid: process.pid, isAlive });
  if (config.database.kind === 'postgres') held.release();
  return held;
};

async function migrateOnly(config: Config): Promise<void> {
  const folder = folderOf(config);
  const { database, migrated } = await startDatabase(config, folder.path);
  say(migrated.length > 0 ? `Migrated: ${migrated.join(', ')}` : 'The database is up to date.');
  await database.close();
  folder.release();
}

async function serve(config: Config, withLocalServers: boolean): Promise<void> {
  const folder = folderOf(config);
  const { log, flush, close } = openLog(config);
  const { database, migrated } = await startDatabase(config, folder.path);
  if (migrated.length > 0) log.info({ migrated }, 'the database was migrated');
  const coordinator = await compose({
    config,
    database,
    keys: keysOf(config, folder),
    log,
    clock: systemClock,
    newId: randomId,
    dataDir: folder.path,
    process,
  });
  const admin = await coordinator.auth.seedFirstAdmin({
    adminUsername: config.admin.username,
    adminPassword: config.admin.password,
  });
  await coordinator.start();
  const address = await coordinator.app.listen({ host: config.host, port: config.port });
  const local = withLocalServers
    ? await startLocalServers({
        log,
        auth: coordinator.auth,
        coordinatorUrl: address,
        dataDir: folder.path,
        execPath: process.execPath,
        environment: process.env,
        installer: config.local,
        logLevel: config.log.level,
      })
    : undefined;
  stopOnSignals(log, async () => {
    await local?.stop();
    await coordinator.stop();
    await database.close();
    folder.release();
    flush();
    close();
  });
  log.info({ address, database: database.kind }, 'the coordinator is ready');
  say(`\n  MCP Integration Coordinator  ${config.publicUrl.origin}\n`);
  // The only time it is shown, and never in the log.
  if (admin?.generatedPassword)
    say(
      `  First admin: ${admin.username}   password: ${admin.generatedPassword}\n  Shown once. Change it after signing in.\n`,
    );
}

function stopOnSignals(log: OpenLog['log'], stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the stop did not go as it should');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
}

/** What a person should read; anything else is a bug and keeps its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DataFolderError || error instanceof DatabaseUnavailableError)
    return error.message;
  const { code, port, message, stack } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use by another program. Nothing was started. Stop that program, or set PORT to another number.`;
  if (code === 'EACCES')
    return `${message}. Nothing was started. Check the permissions, or use another PORT or DATA_DIR.`;
  return stack ?? message;
}

async function main(): Promise<void> {
  const [command, ...flags] = process.argv.slice(2);
  const config = loadConfig(process.env);
  if (command === 'migrate') return migrateOnly(config);
  if (command === 'serve') return serve(config, flags.includes('--local-servers'));
  process.stderr.write(USAGE);
  process.exitCode = 2;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
