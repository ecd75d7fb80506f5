import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_WITHIN_MS = 120_000;
const GONE_WITHIN_MS = 15_000;

export const ADMIN_PASSWORD = 'a long one for the tests 7';

/** Everything one system touches, in a temporary folder of its own. */
export interface Place {
  readonly root: string;
  /** The folders whose client configurations the installer manages. */
  readonly home: string;
  readonly workspace: string;
  readonly data: string;
  readonly logFile: string;
  /** Absolute path of a file: `~/` leads to the home folder, anything else to the workspace. */
  path(file: string): string;
  read(file: string): string;
  write(file: string, text: string): void;
  log(): string;
  remove(): void;
}

export function makePlace(files: Readonly<Record<string, string>> = {}): Place {
  const root = mkdtempSync(join(tmpdir(), 'mcp-coordinator-e2e-'));
  const [home, workspace, data] = ['home', 'workspace', 'data'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [home, workspace, data]) mkdirSync(folder);
  const logFile = join(root, 'logs', 'integration.log');
  const path = (file: string) => (file.startsWith('~/') ? join(home, file.slice(2)) : join(workspace, file));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), text, { mode: 0o600 });
  };
  for (const [file, text] of Object.entries(files)) write(file, text);
  return {
    ...{ root, home, workspace, data, logFile, path, write },
    read: (file) => readFileSync(path(file), 'utf8'),
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''),
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A `.env` of whoever runs the tests must not reach the systems under test: an empty variable counts as not set, and wins. */
const NOT_FROM_DOTENV = Object.fromEntries(
  [...readFileSync(join(ROOT, '.env.example'), 'utf8').matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name = '']) => [
    name,
    '',
  ]),
);
/** What this test runner adds for itself. */
const OF_THE_RUNNER = /^(VITEST.*|NODE_ENV|NODE_OPTIONS|TEST|MODE|DEV|PROD|SSR|BASE_URL)$/;
const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_THE_RUNNER.test(name)));
/** The systems have a home of their own, but the machine's way to the registry and its cache. */
const npm = {
  npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm'),
  npm_config_userconfig: process.env['npm_config_userconfig'] ?? join(homedir(), '.npmrc'),
};

const environmentOf = (place: Place, port: number, { env, dotenv = false }: LaunchOptions) => ({
  ...inherited,
  ...(dotenv ? {} : NOT_FROM_DOTENV),
  ...npm,
  HOME: place.home,
  HOST: '127.0.0.1',
  PORT: `${port}`,
  DATA_DIR: place.data,
  INSTALLER_HOME: place.home,
  INSTALLER_WORKSPACE: place.workspace,
  ADMIN_PASSWORD,
  LOG_FILE_PATH: place.logFile,
  ...env,
});

/** For `NODE_OPTIONS`: the host's clock is ten minutes ahead. What the system starts does not inherit it. */
export const CLOCK_OFF = `--import=${new URL('./clock-off.mjs', import.meta.url).href}`;

export interface LaunchOptions {
  port?: number;
  /** Over what a system under test has anyway; what is undefined is taken away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Lets a `.env` in `cwd` count. */
  dotenv?: boolean;
  /** What a person types: `npm run --silent …`, or `node scripts/start.mjs …`, which takes half a second less. */
  command?: readonly string[];
  /** Where it is typed; the repository when absent. */
  cwd?: string;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface Running {
  readonly pid: number;
  readonly args: string;
}

/** A program that was started, ready or not. */
export interface Launched {
  readonly port: number;
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  output(): string;
  /** All processes that live on behalf of it, whoever their parents are by now. */
  processes(): Running[];
  /** Ends it as a service manager does; answers how it ended and what it left behind (and ends that). */
  stop(signal?: NodeJS.Signals, withinMs?: number): Promise<Ending & { left: Running[] }>;
  /** kill -9 of everything at once. */
  crash(): Promise<void>;
}

/** Groups that must not outlive this run, however it ends. */
const running = new Set<number>();
process.once('exit', () => {
  for (const group of running) killGroup(group);
});

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** By process group, and by the home folder in their environment, which also finds what made a group of its own. */
function processesOf(group: number, home: string): Running[] {
  const rows = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,pgid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return rows.flatMap((row) => {
    const [, pid = '', pgid, stat = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(row) ?? [];
    if (pid === '' || stat.startsWith('Z')) return [];
    return pgid === `${group}` || environmentNames(pid, home) ? [{ pid: Number(pid), args }] : [];
  });
}

function environmentNames(pid: string, home: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${home}`);
  } catch {
    return false;
  }
}

/** Starts a program of the product and waits for nothing. */
export async function launch(place: Place, options: LaunchOptions = {}): Promise<Launched> {
  const { command = ['node', 'scripts/start.mjs'], cwd = ROOT } = options;
  const port = options.port ?? (await freePort());
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd,
    env: environmentOf(place, port, options),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that one signal reaches everything at the same moment.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-200_000);
    });
  }
  await once(child, 'spawn');
  const group = child.pid ?? 0;
  running.add(group);
  const ended = once(child, 'close').then(([code, signal]): Ending => {
    running.delete(group);
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, output };
  });
  const processes = () => processesOf(group, place.home);
  const remaining = async (withinMs: number): Promise<Running[]> => {
    for (const until = Date.now() + withinMs; Date.now() < until; await pause(50)) {
      if (processes().length === 0) return [];
    }
    return processes();
  };
  const killAll = (rows: readonly Running[]) => {
    for (const { pid } of rows) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended in the meantime.
      }
    }
  };
  return {
    ...{ port, child, ended, processes },
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    stop: async (signal = 'SIGTERM', withinMs = GONE_WITHIN_MS) => {
      child.kill(signal);
      const ending = await Promise.race([ended, pause(withinMs).then(() => undefined)]);
      const left = await remaining(ending ? 2_000 : 0);
      killAll(left);
      return { ...(ending ?? (await ended)), left };
    },
    crash: async () => {
      killGroup(group);
      await ended;
      killAll(processes());
      const left = await remaining(GONE_WITHIN_MS);
      if (left.length > 0) throw new Error(`kill -9 left ${left.map(({ args }) => args).join(', ')}`);
    },
  };
}

export interface System extends Launched {
  /** Milliseconds from the start of the first process to the first answer that says ready. */
  readonly readyMs: number;
}

/** Starts the whole product as a person would, and waits until it says that it is ready. */
export async function startSystem(place: Place, options: LaunchOptions = {}): Promise<System> {
  const startedAt = performance.now();
  const launched = await launch(place, options);
  while (performance.now() - startedAt < READY_WITHIN_MS) {
    const { exitCode, signalCode } = launched.child;
    if (exitCode !== null || signalCode !== null)
      throw new Error(`the system ended with ${exitCode ?? signalCode}:\n${launched.output()}`);
    const answer = await fetch(`${launched.url}/readyz`).catch(() => undefined);
    if (answer?.ok) return { ...launched, readyMs: Math.round(performance.now() - startedAt) };
    await pause(50);
  }
  await launched.crash();
  throw new Error(`the system was not ready in time:\n${launched.output()}`);
}
