import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { startTelemetry } from '@mcp-coordinator/telemetry/start-telemetry';
import { AUDIT_USAGE, runAuditCommand } from './audit-commands.ts';
import { type RecoveryDeps, recoveryRequest, runRecovery } from './backup/recovery.ts';
import { type Closing, withClosing } from './closing.ts';
import { type Coordinator, compose } from './compose.ts';
import { type Config, loadConfig } from './config.ts';
import { type DataFolder, takeDataFolder } from './data-folder.ts';
import { followDatabaseClock } from './db/database-clock.ts';
import { pendingMigrations } from './db/migrate.ts';
import { freeBytes } from './doctor/examine-machine.ts';
import { runDoctor } from './doctor/run-doctor.ts';
import { explainFailure } from './explain-failure.ts';
import { openKeys } from './keys.ts';
import { type LocalServers, startLocalServers } from './local-servers/start-local-servers.ts';
import { createLogger, type OpenLog } from './log.ts';
import { openBeside } from './open-beside.ts';
import { readNamed, secretsOf, withFormerKeys } from './open-secrets.ts';
import { askRunning, type OperationCall, openControl } from './operations/control.ts';
import { openOperations } from './operations/open-operations.ts';
import { runOperation } from './operations/operations.ts';
import { requirePort } from './require-port.ts';
import { runWitness, WITNESS_USAGE } from './run-witness.ts';
import { randomId, sha256Hex, systemClock } from './runtime.ts';
import { openPrepared, startDatabase } from './start-database.ts';
import { version } from './version.ts';

/** A stop that takes longer is cut off: something hangs that nobody waits for. */
const STOP_WITHIN_MS = 12_000;
const USAGE = `Usage: coordinator serve [--local-servers] | migrate [--status] | doctor [--fix] | operate (a request as JSON on stdin)\n${AUDIT_USAGE}${WITNESS_USAGE}`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const passwordIn = (url: string | undefined): string | undefined =>
  url === undefined ? undefined : decodeURIComponent(new URL(url).password) || undefined;

const openLog = (config: Config): OpenLog =>
  createLogger({
    ...config.log,
    stdout: process.stdout,
    secrets: [
      config.admin.password,
      config.secrets.jwt,
      config.secrets.session,
      config.secrets.encryption,
      ...config.secrets.previousEncryption,
      config.metricsToken ?? undefined,
      ...Object.values(config.otlp?.headers ?? {}),
      passwordIn(config.mailServer?.url),
      config.database.kind === 'postgres' ? passwordIn(config.database.connectionString) : undefined,
    ].filter((value) => value !== undefined),
  });

/** Several instances may share an external database and a machine, so that only the embedded one is held alone. */
const folderOf = async (config: Config): Promise<DataFolder> => {
  const held = await takeDataFolder(config.dataDir, { pid: process.pid, isAlive });
  if (config.database.kind === 'postgres') held.release();
  return held;
};

/** Where our own children reach us: by the name that the certificate is for, else wherever we listen on this machine. */
function localUrl(config: Config, address: string): string {
  if (config.tls) return config.publicUrl.origin;
  const { port } = new URL(address);
  const everywhere = config.host === '0.0.0.0' || config.host === '::';
  return everywhere ? `http://localhost:${port}` : address;
}

async function migrateOnly(config: Config, closing: Closing): Promise<void> {
  const folder = await folderOf(config);
  closing.add(() => folder.release());
  const { database, migrated } = await startDatabase(config, folder.path);
  closing.add(() => database.close());
  // Gives what was sealed in an older form the present one.
  await openKeys(database.db, secretsOf(config, folder).material, systemClock);
  say(migrated.length > 0 ? `Migrated: ${migrated.join(', ')}` : 'The database is up to date.');
  await closing.closeAll();
}

/** What a migration would do, without doing it. */
async function showMigrations(config: Config, closing: Closing): Promise<void> {
  const call = { operator: userInfo().username, request: { operation: 'show_migrations' } };
  const running = await askRunning(resolve(config.dataDir), call);
  const pending = running?.ok ? (running.value as { pending: string[] }).pending : await readPending(config, closing);
  say(pending.length > 0 ? `Not run yet: ${pending.join(', ')}` : 'The database is up to date.');
  await closing.closeAll();
}

async function readPending(config: Config, closing: Closing): Promise<string[]> {
  const folder = await folderOf(config);
  closing.add(() => folder.release());
  const database = await openPrepared(config, folder.path);
  closing.add(() => database.close());
  return pendingMigrations(database.db);
}

/**
 * One command beside the database: by the coordinator at work on this data folder, else by ourselves. What is about a place
 * where no coordinator works is never asked of one.
 */
async function operate(config: Config, closing: Closing): Promise<void> {
  const call = { operator: userInfo().username, request: JSON.parse(await text(process.stdin)) as unknown };
  const recovery = recoveryRequest(call.request);
  const answer = recovery
    ? await runRecovery({ ...RECOVERY, config, operator: call.operator }, recovery)
    : ((await askRunning(resolve(config.dataDir), call)) ?? (await operateAlone(config, closing, call)));
  say(JSON.stringify(answer));
  process.exitCode = answer.ok ? 0 : 1;
  await closing.closeAll();
}

const RECOVERY: Omit<RecoveryDeps, 'config' | 'operator'> = {
  clock: systemClock,
  newId: randomId,
  takeFolder: (config) => folderOf(config),
  open: (config, folder, closing) => openBeside(config, { folder, process, closing }),
};

async function operateAlone(config: Config, closing: Closing, { operator, request }: OperationCall) {
  const folder = await folderOf(config);
  closing.add(() => folder.release());
  const { material, keptEncryptionKey } = secretsOf(config, folder);
  const { database } = await startDatabase(config, folder.path);
  closing.add(() => database.close());
  const keys = await openKeys(database.db, material, systemClock);
  return runOperation(openOperations(database, { keys, keptEncryptionKey, operator, config }), request);
}

/** Beside the database, which the embedded engine lends to one process at a time. */
async function auditCommand(config: Config, flags: readonly string[], closing: Closing): Promise<void> {
  const folder = await folderOf(config);
  closing.add(() => folder.release());
  const { audit } = await openBeside(config, { folder, process, closing });
  process.exitCode = await runAuditCommand({ audit, say }, flags);
  await closing.closeAll();
}

async function witness(config: Config, flags: readonly string[], closing: Closing): Promise<void> {
  const { log, flush, close } = openLog(config);
  closing.add(close);
  closing.add(flush);
  const stop = await runWitness({ log, clock: systemClock, say }, flags);
  if (stop === undefined) {
    process.exitCode = 2;
    return closing.closeAll();
  }
  closing.add(stop);
  stopOnSignals(log, STOP_WITHIN_MS, closing.closeAll);
}

async function serve(config: Config, withLocalServers: boolean, closing: Closing): Promise<void> {
  const folder = await folderOf(config);
  closing.add(() => folder.release());
  await requirePort(config.host, config.port);
  readNamed('TLS_CERT_FILE', config.tls?.certFile);
  readNamed('TLS_KEY_FILE', config.tls?.keyFile);
  const { material, keptEncryptionKey } = secretsOf(config, folder);
  const { log, flush, close } = openLog(config);
  closing.add(close);
  closing.add(flush);
  stopOnSignals(log, STOP_WITHIN_MS + config.drainSeconds * 1000, closing.closeAll);
  const { database, migrated } = await startDatabase(config, folder.path);
  closing.add(() => database.close());
  // Several hosts share an external database, and no two of their clocks are the same.
  const followed = database.kind === 'postgres' ? await followDatabaseClock(database.db, log) : undefined;
  closing.add(() => followed?.stop());
  const clock = followed?.clock ?? systemClock;
  if (migrated.length > 0) log.info({ migrated }, 'the database was migrated');
  const coordinator = await compose({
    config,
    database,
    keys: await openKeys(database.db, material, clock),
    grantSigningPem: material.grantSigningPem,
    keptEncryptionKey,
    log,
    clock,
    newId: randomId,
    dataDir: folder.path,
    process,
  });
  const admin = await coordinator.auth.seedFirstAdmin({
    adminUsername: config.admin.username,
    adminPassword: config.admin.password,
  });
  // The only time it is shown, and never in the log; at once, since it is never made again.
  if (admin?.generatedPassword)
    say(
      `\n  First admin: ${admin.username}   password: ${admin.generatedPassword}\n  Shown once. Change it after signing in.`,
    );
  let local: LocalServers | undefined;
  // After the coordinator, which first lets what is under way with them finish.
  closing.add(() => local?.stop());
  const telemetry = startTelemetry(config.otlp, telemetryOf(coordinator, log));
  closing.add(() => telemetry?.stop());
  closing.add(coordinator.stop);
  const control = await openControl({ dataDir: folder.path, log }, coordinator.operate);
  closing.add(control.close);
  await coordinator.start();
  const address = await coordinator.listen(config.host, config.port);
  if (withLocalServers) {
    local = await startLocalServers({
      log,
      auth: coordinator.auth,
      coordinatorUrl: localUrl(config, address),
      dataDir: folder.path,
      execPath: process.execPath,
      // A certificate of one's own is trusted by the children as well.
      environment: config.tls ? { NODE_EXTRA_CA_CERTS: config.tls.certFile, ...process.env } : process.env,
      installer: config.local,
      logLevel: config.log.level,
      // The embedded database belongs to one place alone.
      place: config.database.kind === 'postgres' ? sha256Hex(folder.secret('place').read()[0]).slice(0, 8) : null,
    });
  }
  log.info({ address, database: database.kind }, 'the coordinator is ready');
  say(`\n  MCP Integration Coordinator  ${config.publicUrl.origin}\n`);
}

const telemetryOf = ({ instanceId, monitoring }: Coordinator, log: OpenLog['log']) => ({
  service: { name: 'mcp-coordinator', version, instance: instanceId },
  figures: monitoring.exposed,
  onTrouble: (reason: string) => log.warn({ reason }, 'telemetry could not be exported'),
});

function stopOnSignals(log: OpenLog['log'], withinMs: number, stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), withinMs).unref();
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

/** Needs no configuration that is valid: that it is not is one of the things it says. */
async function doctor(fix: boolean): Promise<void> {
  const findings = await runDoctor({
    ...{ fix, freeBytes, isAlive, environment: process.env, now: systemClock(), takeFolder: folderOf },
    askRunning: (dataDir) => askRunning(dataDir, { operator: userInfo().username, request: { operation: 'examine' } }),
  });
  say(JSON.stringify({ findings }));
}

async function main(): Promise<void> {
  const [command, ...flags] = process.argv.slice(2);
  if (command === 'doctor') return doctor(flags.includes('--fix'));
  const config = withFormerKeys(loadConfig(process.env));
  const migration = flags.includes('--status') ? showMigrations : migrateOnly;
  if (command === 'migrate') return withClosing((closing) => migration(config, closing));
  if (command === 'serve') return withClosing((closing) => serve(config, flags.includes('--local-servers'), closing));
  if (command === 'operate') return withClosing((closing) => operate(config, closing));
  if (command === 'audit') return withClosing((closing) => auditCommand(config, flags, closing));
  if (command === 'witness') return withClosing((closing) => witness(config, flags, closing));
  process.stderr.write(USAGE);
  process.exitCode = 2;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`);
  process.exit(1);
}
