import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { password as askPassword, text as askText, confirm } from '@clack/prompts';
import { createClient } from '@mcp-coordinator/client/http';
import { CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { examine, handOver, migrate, operate } from './coordinator-process.ts';
import { EXIT } from './exit-codes.ts';
import { createProgram, type GlobalOptions } from './program.ts';
import { readSettings } from './settings.ts';
import { SCHEMA_VERSION, type Terminal } from './terminal.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const interrupted = new AbortController();
const say = (said: string): void => void process.stderr.write(`${said}\n`);

process.once('SIGINT', () => {
  say('Stopping. Once more ends it at once.');
  interrupted.abort();
  process.once('SIGINT', () => process.exit(EXIT.interrupted));
});

const options = (): GlobalOptions => program.opts<GlobalOptions>();
const settings = () => readSettings(process.env, options().url);

/** Questions are put on stderr, so that what is piped on stays data. */
const PROMPT = { output: process.stderr };
async function answered<Answer extends string | boolean>(question: Promise<Answer | symbol>): Promise<Answer> {
  const answer = await question;
  if (typeof answer !== 'symbol') return answer;
  throw new CliError(EXIT.interrupted, 'Nothing was done.', 'Run it again when you are ready.');
}

const terminal: Terminal = {
  data: (said) => void process.stdout.write(said),
  say,
  get interactive() {
    return options().input && process.stdin.isTTY && process.stderr.isTTY;
  },
  get json() {
    return options().json ?? false;
  },
  readInput: () => text(process.stdin),
  ask: (message) => answered<string>(askText({ message, ...PROMPT })),
  askSecret: (message) => answered<string>(askPassword({ message, ...PROMPT })),
  confirm: (message) => answered<boolean>(confirm({ message, initialValue: false, ...PROMPT })),
};
const coordinator = { execPath: process.execPath, environment: process.env, workingFolder: process.cwd() };
const context: Context = {
  terminal,
  environment: process.env,
  settings,
  client: () => {
    const { url, token } = settings();
    return createClient({ baseUrl: url, ...(token === undefined ? {} : { credential: { kind: 'bearer', token } }) });
  },
  signal: interrupted.signal,
  operate: (request) => operate(coordinator, request),
  migrate: (what) => migrate(coordinator, what),
  examine: (fix) => examine(coordinator, fix),
  handOver: (args) =>
    handOver(coordinator, args, (stop) => {
      interrupted.signal.addEventListener('abort', () => stop('SIGINT'), { once: true });
      process.once('SIGTERM', () => stop('SIGTERM'));
    }),
  workingFolder: coordinator.workingFolder,
};
const program = createProgram(context, version);

/** What happened and what to do next; on `--json` as data too. */
function tell(error: CliError): void {
  if (terminal.json) {
    const { code, message, next } = error;
    terminal.data(`${JSON.stringify({ schemaVersion: SCHEMA_VERSION, error: { code, message, next } }, null, 2)}\n`);
  }
  say(`${error.message}\n${error.next}`);
}

function exitOf(error: unknown): number {
  if (interrupted.signal.aborted) return EXIT.interrupted;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CliError) {
    tell(error);
    return error.exit;
  }
  say(`${(error as Error).stack}\nThis is a fault of the program. Report it with what you ran.`);
  return EXIT.failure;
}

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitOf(error);
}
