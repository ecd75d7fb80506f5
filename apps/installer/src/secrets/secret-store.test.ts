import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyedHashWith } from '../inventory/keyed-hash.ts';
import type { Machine } from '../machine.ts';
import { forgetUnusedSecrets } from './forget-unused.ts';
import { unwrapLaunch, wrapLaunch } from './launcher-entry.ts';
import { nameSecretSet, SecretStore } from './secret-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const hash = keyedHashWith(Buffer.alloc(32, 1));

describe('sets of secrets', () => {
  it('are named by what is in them, under the key of the machine', () => {
    const name = nameSecretSet('My Server!', { A: '1' }, hash);
    expect(name).toMatch(/^my-server-[0-9a-f]{16}$/);
    expect(nameSecretSet('My Server!', { A: '2' }, hash)).not.toBe(name);
    expect(nameSecretSet('My Server!', { A: '1' }, keyedHashWith(Buffer.alloc(32, 2)))).not.toBe(name);
  });

  it('are kept for this user alone, and not found under a made-up path', async () => {
    const store = new SecretStore(folder);
    await store.keep({ name: 'a-1', values: { A: '1' } });
    expect(await store.read('a-1')).toEqual({ name: 'a-1', values: { A: '1' } });
    expect(await store.read('../secrets/a-1')).toBeNull();
    expect(await store.read('b')).toBeNull();
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
  });

  it('are forgotten when nothing has named them for as long as undoing is possible', async () => {
    const store = new SecretStore(folder);
    for (const name of ['used-1', 'unused-1']) await store.keep({ name, values: { A: '1' } });
    const forget = (days: number) =>
      forgetUnusedSecrets(join(folder, 'secrets'), ['run used-1 --', ''], Date.now() + days * 86_400_000);
    await forget(89);
    expect(readdirSync(join(folder, 'secrets'))).toHaveLength(2);
    await forget(91);
    expect(readdirSync(join(folder, 'secrets'))).toEqual(['used-1.json']);
  });
});

describe('an entry through the launcher', () => {
  const launch: Launch = { transport: 'stdio', command: 'npx', args: ['-y', 'x', 'run'], enabled: true };
  const machine = { launcher: ['/usr/bin/node', '/opt/mcp-installer.mjs'], dataDir: '/data' } as unknown as Machine;

  it('is read back as what it starts', () => {
    expect(unwrapLaunch(wrapLaunch(launch, 'set-1', machine))).toEqual({ launch, secretSet: 'set-1' });
    expect(unwrapLaunch(wrapLaunch(launch, 'set-1', { ...machine, launcher: ['/bin/mcp-installer'] }))).toEqual({
      launch,
      secretSet: 'set-1',
    });
  });

  it('is not seen where there is none', () => {
    for (const args of [
      ['run'],
      ['run', '--data-dir', 'x', 'y', '--', 'z'],
      [],
      ['mcp-installer', 'run', '--data-dir'],
    ]) {
      expect(unwrapLaunch({ ...launch, args })).toEqual({ launch: { ...launch, args }, secretSet: null });
    }
  });
});
