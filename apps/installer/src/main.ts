import { createInterface } from 'node:readline/promises';
import { text as readText } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { password as askHidden, text as askText } from '@clack/prompts';
import { endAllFamilies, endOrphans } from '@mcp-coordinator/client/agent/process-family';
import { maskText } from '@mcp-coordinator/core/configuration/secrets';
import { startTelemetry } from '@mcp-coordinator/telemetry/start-telemetry';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Command } from 'commander';
import { type Logger, pino } from 'pino';
import type { Executor } from './changes/executor.ts';
import { type PersonDesk, personCommands } from './cli/person-commands.ts';
import type { Terminal } from './cli/terminal.ts';
import { composeExecutor } from './compose.ts';
import { ConfigError, type InstallerConfig, readConfig } from './config.ts';
import { withKeyFile } from './key-file.ts';
import { runWithSecrets } from './secrets/run-with-secrets.ts';
import { SecretStore } from './secrets/secret-store.ts';
import { serveAgent } from './serve-agent.ts';
import { serveHttp } from './serve-http.ts';
import { registryAt } from './sources/find-server.ts';
import { installerServer, VERSION } from './tools/installer-server.ts';
import { proposeTo } from './tools/propose-change.ts';

const EXIT_CONFIG = 78;
const DRAIN_MS_MAX = 10_000;
const bin = fileURLToPath(new URL('../bin/mcp-installer.mjs', import.meta.url));

process.on('exit', endAllFamilies);
endOrphans();

/** Logs go to stderr: stdout belongs to MCP. */
const loggerOf = ({ logLevel }: InstallerConfig): Logger =>
  pino(
    { level: logLevel, base: { program: 'installer' }, hooks: { streamWrite: maskText } },
    pino.destination({ fd: 2, sync: true }),
  );

const facts = () => ({
  environment: process.env,
  platform: process.platform,
  userId: process.getuid?.() ?? null,
  launcher: [process.execPath, bin],
});

const configNow = async (): Promise<InstallerConfig> =>
  readConfig(await withKeyFile(process.env, process.platform), process.cwd());

/** Resolves when the process is told to end. */
const toldToEnd = (withParent: boolean): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve(signal));
    if (!withParent) return;
    // Whoever started us holds the other end of stdin; when that closes, nobody is left to serve.
    process.stdin.once('close', () => resolve('the parent ended'));
    process.stdin.resume();
  });

/** Waits for changes under way; one that takes longer is taken up again from the journal at the next start. */
const drained = ({ underWay }: Executor): Promise<unknown> =>
  Promise.race([Promise.allSettled(underWay), new Promise((resolve) => setTimeout(resolve, DRAIN_MS_MAX))]);

async function serve({ exitWithParent = false }: { exitWithParent?: boolean }): Promise<void> {
  const config = await configNow();
  if (config.coordinator === null)
    throw new ConfigError(
      'COORDINATOR_URL and COORDINATOR_API_KEY are needed to serve; without a coordinator use `mcp-installer stdio`',
    );
  const log = loggerOf(config);
  const executor = await composeExecutor(config, facts());
  const telemetry = startTelemetry(config.otlp, {
    service: { name: 'mcp-installer', version: VERSION, instance: config.installerId },
    onTrouble: (reason) => log.warn({ reason }, 'telemetry could not be exported'),
  });
  const agent = serveAgent(executor, config, config.coordinator, log);
  const why = await toldToEnd(exitWithParent);
  log.info({ why, underWay: executor.underWay.size }, 'stopping');
  await drained(executor);
  await agent.stop();
  await telemetry?.stop();
}

async function stdio(): Promise<void> {
  const config = await configNow();
  const executor = await composeExecutor(config, facts());
  const propose = config.coordinator === null ? null : proposeTo(config.coordinator.url, config.coordinator.apiKey);
  const handle = serveStdio(() => installerServer(executor, { verifyGrant: null, propose }));
  await toldToEnd(true);
  await handle.close();
}

async function http({ host, port }: { host: string; port: string }): Promise<void> {
  const config = await configNow();
  const { httpToken, coordinator } = config;
  if (httpToken === null)
    throw new ConfigError('INSTALLER_HTTP_TOKEN is needed to serve over HTTP: a secret of at least 32 characters');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new ConfigError('--port must be a number up to 65535');
  const log = loggerOf(config);
  const executor = await composeExecutor(config, facts());
  const propose = coordinator === null ? null : proposeTo(coordinator.url, coordinator.apiKey);
  const serving = await serveHttp({
    makeServer: () => installerServer(executor, { verifyGrant: null, propose }),
    token: httpToken,
    host,
    port: Number(port),
    onError: (error) => log.warn({ reason: error.message }, 'a request could not be served'),
  });
  log.info({ url: serving.url }, 'serving MCP over Streamable HTTP');
  await toldToEnd(false);
  await drained(executor);
  await serving.close();
}

async function run(setName: string, argv: string[], { dataDir }: { dataDir?: string }): Promise<void> {
  const folder = dataDir ?? (await configNow()).dataDir;
  process.exitCode = await runWithSecrets({
    store: new SecretStore(folder),
    setName,
    argv: argv[0] === '--' ? argv.slice(1) : argv,
    environment: process.env,
    onSignal: (signal, pass) => process.on(signal, pass),
    warn: (message) => process.stderr.write(`${message}\n`),
  });
}

/** Answers are typed, so only where a person sits at both ends. */
const isAttended = process.stdin.isTTY && process.stderr.isTTY;
const terminal: Terminal = {
  data: (text) => void process.stdout.write(text),
  say: (text) => void process.stderr.write(`${maskText(text)}\n`),
  ask: isAttended
    ? async (question) => {
        const reader = createInterface({ input: process.stdin, output: process.stderr });
        const answer = await reader.question(`${question} [y/N] `);
        reader.close();
        return /^y(?:es)?$/i.test(answer.trim());
      }
    : null,
  askValue: isAttended
    ? async (message, hidden) => {
        const answer = await (hidden ? askHidden : askText)({ message, output: process.stderr });
        return typeof answer === 'string' ? answer : '';
      }
    : null,
};

async function personDesk(): Promise<PersonDesk> {
  const config = await configNow();
  const executor = await composeExecutor(config, facts());
  const propose = config.coordinator === null ? null : proposeTo(config.coordinator.url, config.coordinator.apiKey);
  return { executor, authority: { propose }, findServer: registryAt(config.registryUrl), terminal };
}

const program = new Command('mcp-installer')
  .version(VERSION)
  .enablePositionalOptions()
  .description('Reads and changes the MCP server configuration of the clients on this machine.');
program
  .command('serve')
  .description('link to a coordinator and serve it')
  .option('--exit-with-parent', 'end when stdin closes')
  .action(serve);
program
  .command('http')
  .description('serve MCP clients over Streamable HTTP, with the bearer token of INSTALLER_HTTP_TOKEN')
  .option('--host <address>', 'the address to listen on', '127.0.0.1')
  .option('--port <number>', 'the port to listen on', '7337')
  .action(http);
program.command('stdio').description('serve one MCP client over stdio').action(stdio);
program
  .command('run')
  .description("start a server with secrets out of this machine's store")
  .argument('<name>', 'the set of secrets')
  .argument('<command...>', 'the command and its arguments, after --')
  .option('--data-dir <folder>', 'where the store is')
  .passThroughOptions()
  .action(run);

const ends = {
  desk: personDesk,
  readAll: () => readText(process.stdin),
  end: (exit: number) => {
    process.exitCode = exit;
  },
};
for (const command of personCommands(ends)) program.addCommand(command);

try {
  await program.parseAsync(process.argv);
  process.exit(process.exitCode ?? 0);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`mcp-installer: ${error.message}\n`);
  process.exit(EXIT_CONFIG);
}
