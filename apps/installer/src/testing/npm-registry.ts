import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A package as it would be published. */
export interface Published {
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
  readonly manifest?: Readonly<Record<string, unknown>>;
}

const BLOCK = 512;

/** One file of a tar archive, as npm packs it. */
function tarEntry(path: string, content: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(`package/${path}`, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\0' + '00', 257);
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    ),
    148,
  );
  return Buffer.concat([header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

function tarball({ name, version, files, manifest = {} }: Published): Buffer {
  const all = { 'package.json': JSON.stringify({ name, version, ...manifest }), ...files };
  const entries = Object.entries(all).map(([path, text]) => tarEntry(path, Buffer.from(text)));
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]));
}

const sriOf = (bytes: Buffer) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

/** A registry with these packages, on this machine alone. `swap` hands out other bytes than those that were published. */
export async function startNpmRegistry(packages: readonly Published[]) {
  const published = packages.map((one) => ({ ...one, tarball: tarball(one) }));
  const swapped = new Map<string, Buffer>();
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    const [name = '', file] = decodeURIComponent(request.url ?? '')
      .slice(1)
      .split('/-/');
    const versions = published.filter((one) => one.name === name);
    if (versions.length === 0) return response.writeHead(404).end('{}');
    if (file !== undefined) {
      const found = versions.find(({ version }) => file === `${version}.tgz`);
      return response.end(swapped.get(`${name}@${found?.version}`) ?? found?.tarball);
    }
    const described = versions.map(({ version, tarball: bytes, manifest }) => [
      version,
      {
        ...{ name, version, ...manifest },
        ...(manifest?.['scripts'] === undefined ? {} : { hasInstallScript: true }),
        dist: { integrity: sriOf(bytes), tarball: `${url}${name}/-/${version}.tgz` },
      },
    ]);
    response.setHeader('content-type', 'application/json');
    return response.end(
      JSON.stringify({
        name,
        'dist-tags': { latest: versions.at(-1)?.version },
        versions: Object.fromEntries(described) as object,
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    asked: () => asked,
    integrity: (name: string) => sriOf(published.find((one) => one.name === name)?.tarball ?? Buffer.alloc(0)),
    publish: (one: Published) => published.push({ ...one, tarball: tarball(one) }),
    swap: (one: Published) => swapped.set(`${one.name}@${one.version}`, tarball(one)),
    /** npm with nothing but this registry, and a cache of its own. */
    environment: (folder: string) => ({
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      npm_config_registry: url,
      npm_config_cache: join(folder, '.npm'),
      npm_config_fetch_retries: '0',
      npm_config_userconfig: join(folder, '.npmrc'),
    }),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type NpmRegistry = Awaited<ReturnType<typeof startNpmRegistry>>;

/** A server in a few lines whose one tool says what the package it depends on exports. */
export const SERVER: Published = {
  name: '@tiny/server',
  version: '1.0.0',
  manifest: { bin: { 'tiny-server': 'dist/index.js' }, dependencies: { 'tiny-words': '^1.0.0' } },
  files: {
    'dist/index.js': `#!/usr/bin/env node
const send = (id, result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (method === 'initialize') send(id, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'tiny', version: '1' } });
  if (method === 'tools/list') send(id, { tools: [{ name: require('tiny-words'), description: process.argv.slice(2).join(' '), inputSchema: { type: 'object' } }] });
});
`,
  },
};
export const WORDS: Published = {
  name: 'tiny-words',
  version: '1.0.1',
  files: { 'index.js': 'module.exports = "hello";\n' },
};
