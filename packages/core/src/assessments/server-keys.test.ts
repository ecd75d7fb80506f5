import type { ClientId, Inventory, InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findByName, keyServers, resolveTargets } from './server-keys.ts';

type Place = { name: string; client?: ClientId; path?: string };

function inventory(...places: Place[]): Inventory {
  const servers = places.map(
    ({ name, client = 'kilocode', path = '/home/p/mcp.json' }): InventoryServer => ({
      name,
      client,
      scope: 'project',
      path,
      pointer: `/mcpServers/${name}`,
      entry: {},
      launch: { transport: 'stdio', enabled: true },
      observations: [],
      resolvedCommand: null,
      hash: `${client}${path}${name}`,
      definitions: { status: 'unknown', reason: 'none' },
    }),
  );
  const files = [...new Set(servers.map((server) => server.path))].map((path) => ({
    client: 'kilocode' as const,
    scope: 'project' as const,
    path,
    sectionHash: null,
    mode: null,
    gitTracked: false,
  }));
  return {
    takenAt: '2026-01-01T00:00:00Z',
    host: { platform: 'linux', hostname: 'h' },
    roots: { home: '/', workspaces: [] },
    files,
    servers,
  };
}
const keyed = (...machines: [string, Place[]][]) =>
  keyServers(machines.map(([serverId, places]) => ({ serverId, inventory: inventory(...places) })));
const keys = (servers: ReturnType<typeof keyServers>) => servers.map((server) => server.key);

describe('keyServers', () => {
  it('uses the bare name where it is unique', () => {
    const servers = keyed(['one', [{ name: 'a' }]], ['two', [{ name: 'b' }]]);
    expect(keys(servers)).toEqual(['a', 'b']);
    expect(servers.map((server) => server.installerId)).toEqual(['one', 'two']);
    expect(servers[0]?.file?.path).toBe('/home/p/mcp.json');
  });

  it('names machine, client and scope where it is not', () => {
    expect(keys(keyed(['one', [{ name: 'a' }, { name: 'b' }]], ['two', [{ name: 'a' }]]))).toEqual([
      'one/kilocode/project/a',
      'b',
      'two/kilocode/project/a',
    ]);
    expect(keys(keyed(['one', [{ name: 'a' }, { name: 'a', client: 'cursor' }]]))).toEqual([
      'one/kilocode/project/a',
      'one/cursor/project/a',
    ]);
  });

  it('adds the path where two folders of one machine hold the same, and only there', () => {
    const servers = keyed(
      [
        'one',
        [
          { name: 'a', path: '/x' },
          { name: 'a', path: '/y' },
        ],
      ],
      ['two', [{ name: 'a' }]],
    );
    expect(keys(servers)).toEqual([
      'one/kilocode/project/a (/x)',
      'one/kilocode/project/a (/y)',
      'two/kilocode/project/a',
    ]);
    expect(servers[1]?.file?.path).toBe('/y');
  });

  it('does not let a name stand in for another server’s key', () => {
    const servers = keyed(['one', [{ name: 'a' }]], ['two', [{ name: 'a' }, { name: 'one/kilocode/project/a' }]]);
    expect(keys(servers)).toEqual([
      'one/kilocode/project/a (/home/p/mcp.json)',
      'two/kilocode/project/a',
      'two/kilocode/project/one/kilocode/project/a',
    ]);
    expect(findByName(servers, 'one/kilocode/project/a').ok).toBe(false);
  });

  it('gives every server a key of its own, by which it is found again', () => {
    const place = fc.record({
      name: fc.constantFrom('a', 'b', 'one/kilocode/project/a'),
      client: fc.constantFrom<ClientId[]>('kilocode', 'cursor'),
      path: fc.constantFrom('/x', '/y'),
    });
    // One file holds a name once.
    const places = fc.uniqueArray(place, { selector: (one) => JSON.stringify(one), maxLength: 8 });
    fc.assert(
      fc.property(places, places, (first, second) => {
        const servers = keyed(['one', first], ['two', second]);
        for (const server of servers) expect(findByName(servers, server.key)).toEqual({ ok: true, value: server });
        expect(new Set(keys(servers)).size).toBe(servers.length);
      }),
    );
  });
});

describe('findByName', () => {
  const servers = keyed(
    ['one', [{ name: 'a', path: '/x' }, { name: 'a', path: '/y' }, { name: 'b' }]],
    ['two', [{ name: 'a' }]],
  );

  it('finds by key, by name, by the long form of a unique name, or nothing', () => {
    const found = (name: string) => {
      const result = findByName(servers, name);
      return result.ok ? result.value?.key : result.refusal.code;
    };
    expect(found('b')).toBe('b');
    expect(found('one/kilocode/project/b')).toBe('b');
    expect(found('two/kilocode/project/a')).toBe('two/kilocode/project/a');
    expect(found('one/kilocode/project/a (/y)')).toBe('one/kilocode/project/a (/y)');
    expect(found('c')).toBeUndefined();
  });

  it('refuses an ambiguous name and lists every candidate', () => {
    const candidates = ['one/kilocode/project/a (/x)', 'one/kilocode/project/a (/y)', 'two/kilocode/project/a'];
    expect(findByName(servers, 'a')).toEqual({
      ok: false,
      refusal: {
        code: 'ambiguous_server',
        detail: `More than one server is called a. Nothing was changed. Name one of: ${candidates.join(', ')}`,
        errors: candidates.map((message) => ({ path: '/', message })),
      },
    });
    expect(findByName(servers, 'one/kilocode/project/a')).toMatchObject({
      ok: false,
      refusal: { errors: { length: 2 } },
    });
  });
});

describe('resolveTargets', () => {
  const servers = keyed(['one', [{ name: 'a' }, { name: 'b' }]], ['two', [{ name: 'a' }]]);
  const targets = (...names: string[]) => {
    const result = resolveTargets(servers, names);
    return result.ok ? result.value.map(({ key, found }) => [key, found?.installerId ?? null]) : result.refusal.code;
  };

  it('means every server when it names none', () => {
    expect(targets()).toEqual([
      ['one/kilocode/project/a', 'one'],
      ['b', 'one'],
      ['two/kilocode/project/a', 'two'],
    ]);
  });

  it('keeps the order, names each once, and lets an unknown one stand', () => {
    expect(targets('gone', 'b', 'gone', 'b')).toEqual([
      ['gone', null],
      ['b', 'one'],
    ]);
    expect(targets('one/kilocode/project/b')).toEqual([['b', 'one']]);
  });

  it('refuses as a whole what is ambiguous in part', () => {
    expect(targets('b', 'a')).toBe('ambiguous_server');
  });
});
