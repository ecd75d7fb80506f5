import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from '@mcp-coordinator/client/http';
import { ensureDashboard } from '../../scripts/bootstrap/build-dashboard.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_WITHIN_MS = 120_000;

export interface System {
  readonly url: string;
  readonly adminPassword: string;
  /** The folder whose client configurations the installer manages. */
  readonly home: string;
  /** The newest output, for a test that failed. */
  output(): string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function waitUntilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`the system ended with ${child.exitCode}:\n${output()}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(200);
  }
  throw new Error(`the system was not ready in time:\n${output()}`);
}

/** The installer and the compliance server link up shortly after the coordinator is ready. */
async function waitForServers(url: string, password: string): Promise<void> {
  const client = createClient({ baseUrl: url });
  const login = await client.login({ body: { username: 'admin', password } });
  if (!login.ok) throw new Error(login.refusal.detail);
  const signedIn = createClient({ baseUrl: url, credential: { kind: 'bearer', token: login.value.token } });
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until) {
    const healthy = await signedIn.listServers({ query: { status: 'healthy' } });
    if (healthy.ok && healthy.value.total === 2) return;
    await pause(200);
  }
  throw new Error('the servers did not become healthy in time');
}

/**
 * A whole system as `npm start` runs it: coordinator, installer and compliance server, on an embedded database, with a home
 * folder of its own that holds what `filesIn` gives (by path in it).
 */
export async function startSystem(filesIn: (home: string) => Readonly<Record<string, string>>): Promise<System> {
  await ensureDashboard();
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-e2e-'));
  const home = join(folder, 'home');
  for (const path of [home, join(folder, 'workspace'), join(folder, 'data')]) mkdirSync(path, { recursive: true });
  for (const [path, text] of Object.entries(filesIn(home))) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text, { mode: 0o600 });
  }
  const port = await freePort();
  const adminPassword = 'a long one for the test 7';
  const child = spawn(
    join(ROOT, 'node_modules', '.bin', 'node'),
    ['apps/coordinator/src/main.ts', 'serve', '--local-servers'],
    {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        HOST: '127.0.0.1',
        PORT: `${port}`,
        DATA_DIR: join(folder, 'data'),
        INSTALLER_HOME: home,
        INSTALLER_WORKSPACE: join(folder, 'workspace'),
        ADMIN_PASSWORD: adminPassword,
        LOG_FILE_PATH: join(folder, 'integration.log'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
    });
  }
  const stop = async () => {
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://localhost:${port}`;
  try {
    await waitUntilReady(url, child, () => output);
    await waitForServers(url, adminPassword);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, adminPassword, home, output: () => output, stop };
}
