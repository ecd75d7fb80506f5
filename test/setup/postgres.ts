import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findPostgresFolder } from '../../scripts/bootstrap/find-programs.mjs';

const READY_SECONDS_MAX = 30;
const START_ATTEMPTS = 3;

interface Account {
  uid: number;
  gid: number;
}

interface Cluster {
  folder: string;
  binaries: string;
  password: string;
  /** PostgreSQL refuses to run as root, so that root starts it as the account its package made. */
  account: Account | undefined;
  /** Whether what was committed outlives a server that is cut off. */
  durable: boolean;
}

function packagedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function reserveCluster(durable: boolean): Cluster {
  const binaries = findPostgresFolder();
  if (binaries === undefined) {
    throw new Error('PostgreSQL server programs (initdb, postgres) were not found. `npm test` says how to get them.');
  }
  return {
    folder: mkdtempSync(join(tmpdir(), 'mcp-coordinator-postgres-')),
    binaries,
    password: randomBytes(12).toString('hex'),
    account: packagedAccount(),
    durable,
  };
}

function initialise({ folder, binaries, password, account }: Cluster): void {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) for (const path of [folder, passwordFile]) chownSync(path, account.uid, account.gid);
  execFileSync(
    join(binaries, 'initdb'),
    [
      ...['-D', join(folder, 'data'), '-U', 'postgres', '--auth=password', `--pwfile=${passwordFile}`],
      ...['--no-sync', '--encoding=UTF8', '--locale=C'],
    ],
    { ...account, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}

/** Durability is switched off where nobody asks for it: these data are worth nothing after the run. */
function spawnPostgres({ folder, binaries, account, durable }: Cluster, port: number): ChildProcess {
  const written = durable ? 'on' : 'off';
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 300,
    fsync: written,
    synchronous_commit: written,
    full_page_writes: written,
    autovacuum: 'off',
    timezone: 'UTC',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawn(join(binaries, 'postgres'), ['-D', join(folder, 'data'), ...flags], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Resolves when the server takes connections; rejects, with what it wrote, when it ends or stays silent. */
function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (what: string) => reject(new Error(`PostgreSQL ${what}:\n${log}`));
    const timer = setTimeout(() => {
      server.kill('SIGKILL');
      fail(`was not ready within ${READY_SECONDS_MAX} s`);
    }, READY_SECONDS_MAX * 1000);
    server.once('error', reject);
    server.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code} before it was ready`);
    });
    server.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
      if (!log.includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * Synchronous, since it must also work while the process exits. It waits for the end of the server: one that still
 * writes puts files back into a folder that is being removed.
 */
function remove({ folder, binaries, account }: Cluster, server: ChildProcess | undefined): void {
  if (server && server.exitCode === null && server.signalCode === null) {
    execFileSync(join(binaries, 'pg_ctl'), ['stop', '-m', 'immediate', '-D', join(folder, 'data')], {
      ...account,
      cwd: folder,
      stdio: 'ignore',
    });
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Another process can take a port between finding it free and listening on it, hence more than one attempt. */
async function start(cluster: Cluster): Promise<{ server: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const server = spawnPostgres(cluster, port);
    try {
      await ready(server);
      return { server, port };
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
}

export interface OwnPostgres {
  /** As its superuser. */
  readonly url: string;
  /** Without a shutdown: connections break, and it recovers from its log. */
  restartImmediately(): Promise<void>;
  /** Another server on `data` in this folder, which was restored from this one. */
  startOn(folder: string): Promise<{ readonly url: string; stop(): void }>;
  /** Runs a program as whom the server runs, with its programs on the path and this server as the one to speak to. */
  run(program: string, args: readonly string[], cwd: string): string;
  stop(): void;
}

/** A PostgreSQL of one's own, gone after `stop`, and when the process exits. */
export async function startOwnPostgres({ durable }: { durable: boolean }): Promise<OwnPostgres> {
  const cluster = reserveCluster(durable);
  let server: ChildProcess | undefined;
  const teardown = () => remove(cluster, server);
  // A run that is ended from outside gets no teardown.
  process.once('exit', teardown);
  initialise(cluster);
  const started = await start(cluster);
  server = started.server;
  return {
    url: `postgresql://postgres:${cluster.password}@127.0.0.1:${started.port}/postgres`,
    restartImmediately: async () => {
      const gone = server && once(server, 'exit');
      execFileSync(join(cluster.binaries, 'pg_ctl'), ['stop', '-m', 'immediate', '-D', join(cluster.folder, 'data')], {
        ...cluster.account,
        cwd: cluster.folder,
        stdio: 'ignore',
      });
      await gone;
      server = spawnPostgres(cluster, started.port);
      await ready(server);
    },
    startOn: async (folder) => {
      const restored = { ...cluster, folder };
      const { server: other, port } = await start(restored);
      const url = `postgresql://postgres:${cluster.password}@127.0.0.1:${port}/postgres`;
      return { url, stop: () => remove(restored, other) };
    },
    run: (program, args, cwd) =>
      execFileSync(program, args, {
        ...{ ...cluster.account, cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
        env: {
          ...{ PATH: `${cluster.binaries}:${process.env['PATH']}`, PGHOST: '127.0.0.1', PGPORT: String(started.port) },
          ...{ PGUSER: 'postgres', PGPASSWORD: cluster.password },
        },
      }),
    stop: () => {
      process.off('exit', teardown);
      teardown();
    },
  };
}

/** Starts a PostgreSQL of this run's own, and answers with its removal. */
export async function setup(project: TestProject): Promise<() => void> {
  const postgres = await startOwnPostgres({ durable: false });
  project.provide('pgUrl', postgres.url);
  return () => postgres.stop();
}
