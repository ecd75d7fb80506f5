import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNginx } from '../../scripts/bootstrap/find-programs.mjs';
import { freePort } from './start-system.ts';

const CONFIGURATION = fileURLToPath(new URL('../../deploy/nginx/nginx.conf', import.meta.url));

export interface Nginx {
  readonly url: string;
  close(): Promise<void>;
}

/** The nginx of `deploy/` as it stands, with these addresses in the place of its own, and its own files in a folder that goes. */
export async function startNginx(instances: readonly [number, number]): Promise<Nginx> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'mcp-coordinator-nginx-'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const addresses = { 3001: instances[0], 3002: instances[1], 8080: port };
  const configuration = Object.entries(addresses)
    .reduce(
      (text, [from, to]) => text.replaceAll(`127.0.0.1:${from}`, `127.0.0.1:${to}`),
      readFileSync(CONFIGURATION, 'utf8'),
    )
    .replace('http {', `http {\n    access_log off;\n    ${temporary.join('\n    ')}`);
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration);
  const directives = `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr;`;
  const child = spawn(findNginx() ?? 'nginx', ['-e', 'stderr', '-p', folder, '-c', file, '-g', directives], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const url = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  for (const until = Date.now() + 15_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return { url, close };
  }
  await close();
  throw new Error(`nginx does not serve: ${said}`);
}
