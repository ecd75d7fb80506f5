import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../coordinator/src/main.ts', import.meta.url));
const BIN = fileURLToPath(new URL('../../bin/mcp-coordinator.mjs', import.meta.url));
export const ADMIN_PASSWORD = 'a long one for the tests 7';

export interface Ran {
  code: number | null;
  out: string;
  said: string;
}

/** A folder of its own, in which the real coordinator and the real command run as processes. */
export async function makePlace() {
  const root = mkdtempSync(join(tmpdir(), 'mcp-cli-'));
  const data = join(root, 'data');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: root,
    NO_COLOR: '1',
    DATA_DIR: data,
    LOG_FILE_PATH: join(root, 'coordinator.log'),
    HOST: '127.0.0.1',
    PORT: String(port),
    ADMIN_PASSWORD,
  };
  let coordinator: ChildProcess | undefined;

  const spawnCommand = (args: readonly string[]) =>
    spawn(process.execPath, [BIN, ...args], {
      cwd: root,
      env: { ...environment, COORDINATOR_URL: url },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  const run = async (args: readonly string[], more: { input?: string } = {}): Promise<Ran> => {
    const child = spawnCommand(args);
    child.stdin.end(more.input ?? '');
    const ended = once(child, 'close') as Promise<[number | null]>;
    const [out, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, out, said };
  };
  return {
    root,
    data,
    url,
    run,
    /** Asks the coordinator itself, as whoever this token is of. */
    ask: async (method: string, path: string, body?: object, token?: string, headers = {}) => {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: JSON.parse(await response.text()) };
    },
    /** For whatever is started from here on. */
    set: (variables: Readonly<Record<string, string>>): void => {
      environment = { ...environment, ...variables };
    },
    /** While it is under way. */
    spawn: spawnCommand,
    /** Its data, where it must be there. */
    json: async (args: readonly string[], more: { input?: string } = {}) => {
      const ran = await run(['--json', ...args], more);
      if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.code} ${ran.said}`);
      return JSON.parse(ran.out);
    },
    start: async (): Promise<void> => {
      const started = spawn(process.execPath, [MAIN, 'serve'], { cwd: root, env: environment, stdio: 'ignore' });
      coordinator = started;
      await vi.waitFor(
        async () => {
          if (started.exitCode !== null) throw new Error(`the coordinator ended with ${started.exitCode}`);
          if (!(await fetch(`${url}/readyz`)).ok) throw new Error('not ready');
        },
        { timeout: 90_000, interval: 200 },
      );
    },
    stop: async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
      if (!coordinator || coordinator.exitCode !== null) return;
      const ended = once(coordinator, 'close');
      coordinator.kill(signal);
      await ended;
      coordinator = undefined;
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
export type Place = Awaited<ReturnType<typeof makePlace>>;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
