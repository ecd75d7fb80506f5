import type { ClientId, Launch } from '@mcp-coordinator/contract/inventory.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialectOf } from './neutral.ts';

const SUPPORTED: ClientId[] = ['kilo', 'kilocode', 'claude-code', 'claude-desktop', 'cursor', 'vscode'];
const read = (client: ClientId, entry: unknown, document: unknown = {}) =>
  dialectOf(client).read(entry, 'srv', document);

const local: Launch = { transport: 'stdio', command: 'npx', args: ['-y', 'x@1.0.0'], env: { A: 'b' }, enabled: true };
const remote: Launch = {
  transport: 'streamable-http',
  url: 'https://example.org/mcp',
  headers: { 'X-A': 'b' },
  enabled: true,
};

describe('dialects', () => {
  it.each(SUPPORTED)('%s reads what it writes, without complaint', (client) => {
    const written = dialectOf(client).write(local);
    expect(written.ok && read(client, written.entry)).toEqual({ launch: local, misread: [] });
  });

  it.each(SUPPORTED.filter((client) => client !== 'claude-desktop'))('%s reads the remote it writes', (client) => {
    const written = dialectOf(client).write(remote);
    expect(written.ok && read(client, written.entry)).toEqual({ launch: remote, misread: [] });
  });

  it.each(SUPPORTED)('%s makes something of any JSON value', (client) => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (entry, document) => {
        expect(typeof read(client, entry, document).launch.enabled).toBe('boolean');
      }),
    );
  });

  it('says no where a client cannot hold a launch', () => {
    expect(dialectOf('claude-desktop').write(remote)).toMatchObject({ ok: false });
    expect(dialectOf('kilo').write({ ...remote, transport: 'sse' })).toMatchObject({ ok: false });
    expect(dialectOf('cursor').write({ ...local, enabled: false })).toMatchObject({ ok: false });
  });

  it('turns seconds into milliseconds and back', () => {
    expect(read('kilocode', { command: 'a', timeout: 60 }).launch.timeoutMs).toBe(60_000);
    expect(read('kilo', { type: 'local', command: ['a'], timeout: 60_000 }).launch.timeoutMs).toBe(60_000);
    expect(dialectOf('kilocode').write({ ...local, timeoutMs: 5000 })).toMatchObject({ entry: { timeout: 5 } });
  });

  it('writes each client its own words', () => {
    expect(dialectOf('kilo').write(local)).toMatchObject({
      entry: { type: 'local', command: ['npx', '-y', 'x@1.0.0'], environment: { A: 'b' }, enabled: true },
    });
    expect(dialectOf('vscode').write(local)).toMatchObject({ entry: { type: 'stdio', command: 'npx' } });
    expect(dialectOf('claude-code').write(remote)).toMatchObject({ entry: { type: 'http' } });
    expect(dialectOf('kilocode').write(remote)).toMatchObject({ entry: { type: 'streamable-http' } });
    expect(dialectOf('kilocode').write({ ...local, enabled: false })).toMatchObject({ entry: { disabled: true } });
  });

  it.each<[ClientId, unknown, RegExp]>([
    ['kilocode', { command: 'a', timeout: 60_000 }, /seconds/],
    ['kilo', { type: 'local', command: ['a'], timeout: 30 }, /milliseconds/],
    ['kilo', { command: 'npx', args: [] }, /must be a list/],
    ['kilocode', { command: ['npx'] }, /list/],
    ['claude-code', { url: 'https://x/' }, /needs `type`/],
    ['claude-desktop', { url: 'https://x/' }, /local commands only/],
    ['cursor', { serverUrl: 'https://x/' }, /serverUrl/],
    ['vscode', { type: 'streamable-http', url: 'https://x/' }, /does not know the type/],
    ['cursor', {}, /neither/],
  ])('%s: reports an entry the client will not understand (%j)', (client, entry, problem) => {
    expect(read(client, entry).misread.join('; ')).toMatch(problem);
  });

  it('finds where approval is switched off', () => {
    const document = { permission: { 'srv_*': 'allow', srv_read: 'ask', other_x: 'allow' } };
    expect(dialectOf('kilo').autoApprovals({}, 'srv', document, ['mcp'])).toEqual([
      { path: ['permission', 'srv_*'], tools: ['*'] },
    ]);
    expect(read('kilo', {}, document).launch.autoApprove).toEqual(['*']);
    const entry = { command: 'a', alwaysAllow: ['x'] };
    expect(dialectOf('kilocode').autoApprovals(entry, 'srv', {}, ['mcpServers'])).toEqual([
      { path: ['mcpServers', 'srv', 'alwaysAllow'], tools: ['x'] },
    ]);
  });
});
