import { endAllFamilies } from '@mcp-coordinator/client/agent/process-family';
import { maskText } from '@mcp-coordinator/core/configuration/secrets';
import { startTelemetry } from '@mcp-coordinator/telemetry/start-telemetry';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { Command, CommanderError } from 'commander';
import { pino } from 'pino';
import { composeExecutor } from './compose.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Executor } from './execution/executor.ts';
import { npmFacts, runNpm } from './knowledge/npm-facts.ts';
import { probeServer } from './probe/probe-server.ts';
import { type ScanFormat, ScanUsageError, scan } from './scan/scan.ts';
import type { ScanProbe } from './scan/scan-probe.ts';
import { serveAgent } from './serve-agent.ts';
import { complianceServer, VERSION } from './tools/compliance-server.ts';

const EXIT_USAGE = 2;
const EXIT_CONFIG = 78;
const DRAIN_MS_MAX = 10_000;

/** Resolves when the process is told to end. */
const toldToEnd = (withParent: boolean): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve(signal));
    if (!withParent) return;
    // Whoever started us holds the other end of stdin; when that closes, nobody is left to serve.
    process.stdin.once('close', () => resolve('the parent ended'));
    process.stdin.resume();
  });

/** Waits for actions under way; one that takes longer is taken up again from the journal at the next start. */
const drained = ({ underWay }: Executor): Promise<unknown> =>
  Promise.race([Promise.allSettled(underWay), new Promise((resolve) => setTimeout(resolve, DRAIN_MS_MAX))]);

async function serve({ exitWithParent = false }: { exitWithParent?: boolean }): Promise<void> {
  const config = readConfig(process.env);
  if (config.coordinator === null)
    throw new ConfigError(
      'COORDINATOR_URL and COORDINATOR_API_KEY are needed to serve; without a coordinator use `mcp-compliance stdio`',
    );
  // Logs go to stderr: stdout belongs to MCP.
  const log = pino(
    { level: config.logLevel, base: { program: 'compliance' }, hooks: { streamWrite: maskText } },
    pino.destination({ fd: 2, sync: true }),
  );
  const executor = await composeExecutor(config.dataDir);
  const telemetry = startTelemetry(config.otlp, {
    service: { name: 'mcp-compliance', version: VERSION, instance: config.complianceId },
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
  const executor = await composeExecutor(readConfig(process.env).dataDir);
  const handle = serveStdio(() => complianceServer(executor, null));
  await toldToEnd(true);
  await drained(executor);
  await handle.close();
}

interface ScanOptions {
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly markdown?: boolean;
  readonly failOn?: string;
  readonly policy?: string;
  readonly probe?: boolean;
  readonly network?: boolean;
  readonly unsandboxed?: boolean;
  readonly allowPrivate?: boolean;
}

const PROBE_MS_MAX = 60_000;

function probeOf({ probe, network, unsandboxed, allowPrivate }: ScanOptions): ScanProbe | undefined {
  if (probe !== true) return undefined;
  const environment = process.env;
  const allowed = { network: network === true, unsandboxed: unsandboxed === true, allowPrivate: allowPrivate === true };
  return {
    probe: (server) => probeServer(server, { ...allowed, environment, timeoutMs: PROBE_MS_MAX }),
    ask: npmFacts(runNpm(environment)),
  };
}

/** A line that is written over, where somebody looks. */
function tellProgress(done: number, total: number, server: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${done}/${total} ${server}${done === total ? '\n' : ''}`);
}

function formatOf({ json, sarif, markdown }: ScanOptions): ScanFormat {
  const asked = (['json', 'sarif', 'markdown'] as const).filter((format) => ({ json, sarif, markdown })[format]);
  if (asked.length > 1) throw new ScanUsageError(`--${asked.join(' and --')} cannot be combined`);
  return asked[0] ?? 'text';
}

async function runScan(files: string[], options: ScanOptions): Promise<void> {
  const report = await scan({
    files,
    format: formatOf(options),
    failOn: options.failOn,
    policy: options.policy,
    probe: probeOf(options),
    onProgress: tellProgress,
    home: process.env['HOME'] ?? process.env['USERPROFILE'] ?? '',
    workingFolder: process.cwd(),
    now: new Date(),
  });
  await new Promise<void>((resolve) => process.stdout.write(report.text, () => resolve()));
  process.exitCode = report.exitCode;
}

process.once('exit', endAllFamilies);

const program = new Command('mcp-compliance')
  .version(VERSION)
  .description('Judges MCP servers: their configuration, their packages and what they say of themselves.')
  .exitOverride();
program
  .command('serve')
  .description('link to a coordinator and serve it')
  .option('--exit-with-parent', 'end when stdin closes')
  .action(serve);
program.command('stdio').description('serve one MCP client over stdio').action(stdio);
program
  .command('scan')
  .description('judge files: a client configuration, a tools list, a snapshot of several servers, a server.json')
  .argument('[files...]', "the files; without any, this machine's client configurations")
  .option('--json', 'print JSON')
  .option('--sarif', 'print SARIF 2.1.0')
  .option('--markdown', 'print Markdown')
  .option('--fail-on <severity>', 'exit with 8 at or above this severity (default: the policy says, mostly high)')
  .option('--probe', 'fetch, start and reach the servers, in a sandbox, and ask registries about them')
  .option('--network', 'with --probe: give the sandbox the network')
  .option('--unsandboxed', 'with --probe: start servers without a sandbox, as you')
  .option('--allow-private', 'with --probe: reach addresses of this machine and of private networks')
  .option('--policy <name or file>', 'default, strict, regulated, or a YAML file', 'default')
  .action(runScan);

try {
  await program.parseAsync(process.argv);
  process.exit(process.exitCode ?? 0);
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
  if (!(error instanceof ConfigError) && !(error instanceof ScanUsageError)) throw error;
  process.stderr.write(`mcp-compliance: ${error.message}\n`);
  process.exit(error instanceof ConfigError ? EXIT_CONFIG : EXIT_USAGE);
}
