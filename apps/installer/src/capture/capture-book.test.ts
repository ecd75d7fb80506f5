import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileForm } from '../clients/client-files.ts';
import type { ConfiguredServer } from '../inventory/configured-servers.ts';
import { keyedHashWith } from '../inventory/keyed-hash.ts';
import { SecretStore } from '../secrets/secret-store.ts';
import { CaptureBook } from './capture-book.ts';

let folder: string;
let now = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'book-'));
  now = 1_800_000_000_000;
});
afterEach(() => rmSync(folder, { recursive: true }));

const book = (on = true) =>
  new CaptureBook({
    on,
    folder: join(folder, 'captures'),
    environment: {},
    home: folder,
    keyedHash: keyedHashWith(Buffer.alloc(32)),
    clock: { now: () => now, steady: () => now },
    secretStore: new SecretStore(folder),
  });

/** A server that leaves a mark at each start. */
function server(more: Partial<Launch> = {}): ConfiguredServer {
  const code = `require('fs').appendFileSync('starts', 'x'); require('readline').createInterface({ input: process.stdin }).on('line', (line) => { const { id, method } = JSON.parse(line); if (method === 'initialize') console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'n', version: '1' } } })); });`;
  const launch: Launch = { transport: 'stdio', command: process.execPath, args: ['-e', code], enabled: true, ...more };
  const file = { ...fileForm([]), client: 'cursor', scope: 'user', path: '/x', folder } as const;
  return { file, root: [], name: 's', entry: {}, launch };
}
const starts = () => readFileSync(join(folder, 'starts'), 'utf8').length;

describe('the capture book', () => {
  it('starts a server once a day for the same launch, over restarts', async () => {
    expect(await book().fresh(server())).toMatchObject({ status: 'captured' });
    expect(await book().fresh(server())).toMatchObject({ status: 'captured' });
    expect(starts()).toBe(1);
    await book().fresh(server({ env: { A: '1' } }));
    expect(starts()).toBe(2);
    now += 86_400_001;
    await book().fresh(server());
    expect(starts()).toBe(3);
  });

  it('answers at once with what it knows, and starts in the background', async () => {
    const shared = book();
    expect(await shared.known(server())).toEqual({ status: 'unknown', reason: 'its definitions are being captured' });
    expect(await shared.fresh(server())).toMatchObject({ status: 'captured' });
    expect(await shared.known(server())).toMatchObject({ status: 'captured' });
    expect(starts()).toBe(1);
  });

  it('starts one server once for many who ask at once', async () => {
    const shared = book();
    await Promise.all([1, 2, 3].map(() => shared.fresh(server())));
    expect(starts()).toBe(1);
  });

  it('tries a failed one again when asked afresh', async () => {
    writeFileSync(join(folder, 'starts'), '');
    const broken = server({ args: ['-e', `require('fs').appendFileSync('starts', 'x')`] });
    expect(await book().fresh(broken)).toMatchObject({ status: 'failed' });
    expect(await book().known(broken)).toMatchObject({ status: 'failed' });
    expect(await book().fresh(broken)).toMatchObject({ status: 'failed' });
    expect(starts()).toBe(2);
  });

  it('waits no longer than it is told to', async () => {
    const slow = server({ args: ['-e', 'setTimeout(() => process.exit(1), 300)'] });
    const shared = book();
    expect(await shared.fresh(slow, Promise.resolve())).toEqual({
      status: 'unknown',
      reason: 'it is still being started',
    });
    expect(await shared.fresh(slow)).toMatchObject({ status: 'failed' });
  });

  it('starts nothing that is switched off, by the client or by the installer', async () => {
    expect(await book().fresh(server({ enabled: false }))).toEqual({ status: 'unknown', reason: 'it is switched off' });
    expect(await book(false).fresh(server())).toMatchObject({ status: 'unknown' });
    expect(await book(false).again(server())).toBeNull();
    expect(starts).toThrow();
  });
});
