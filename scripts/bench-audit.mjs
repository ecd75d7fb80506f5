// `npm run bench:audit`: a PostgreSQL of its own with its usual durability, the measurements, and its end.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findPostgresFolder } from './bootstrap/find-programs.mjs';
import { ROOT } from './bootstrap/project.mjs';
import { NODE } from './bootstrap/run-program.mjs';

const binaries = findPostgresFolder();
if (binaries === undefined) {
  process.stderr.write('PostgreSQL server programs (initdb, postgres) were not found. Nothing was measured.\n');
  process.exit(2);
}

/** PostgreSQL refuses to run as root, so that root starts it as the account its package made. */
function packagedAccount() {
  if (process.getuid?.() !== 0) return undefined;
  /** @param {string} flag */
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const account = packagedAccount();
const folder = mkdtempSync(join(tmpdir(), 'audit-bench-'));
if (account) chownSync(folder, account.uid, account.gid);
const data = join(folder, 'data');
execFileSync(
  join(binaries, 'initdb'),
  ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C'],
  {
    ...account,
    cwd: folder,
    stdio: 'ignore',
  },
);
const port = await freePort();
const settings = [
  'listen_addresses=127.0.0.1',
  `port=${port}`,
  'unix_socket_directories=',
  'max_connections=300',
  'shared_buffers=512MB',
  'max_wal_size=4GB',
];
const server = spawn(join(binaries, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
  ...account,
  cwd: folder,
  stdio: 'ignore',
});
const ended = once(server, 'exit');

async function ready() {
  for (let tries = 0; tries < 300; tries += 1) {
    try {
      execFileSync(join(binaries ?? '', 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
      return;
    } catch {
      await pause(100);
    }
  }
  throw new Error('PostgreSQL did not start within 30 s; nothing was measured');
}

try {
  await ready();
  const script = join(ROOT, 'apps/coordinator/src/measure/bench-audit.ts');
  const bench = spawn(NODE, [script, `postgresql://postgres@127.0.0.1:${port}/postgres`], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  const [code] = await once(bench, 'exit');
  process.exitCode = code ?? 1;
} finally {
  server.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
