import type { Drift, Inventory, Launch } from '@mcp-coordinator/contract/inventory.contract';
import { describe, expect, it } from 'vitest';
import { driftOf, standingDrift } from './standing-drift.ts';

const file = { client: 'cursor', scope: 'user', path: '/h/.cursor/mcp.json' } as const;
const launch = (command: string): Launch => ({ transport: 'stdio', command, enabled: true });
const server = (name: string, hash: string) => ({ ...file, name, hash }) as Inventory['servers'][number];
const drift = (...servers: Drift['servers']): Drift => ({ ...file, seenAt: '2026-01-01T00:00:00.000Z', servers });
const inventory = (servers: Inventory['servers'], ...drifts: Drift[]): Inventory =>
  ({ servers, files: [], ...(drifts.length === 0 ? {} : { drift: drifts }) }) as unknown as Inventory;
const changed = { name: 'a', change: 'changed', before: launch('old') } as const;

describe('a change from outside', () => {
  it('stands from its report on, while the entry stays as it is', () => {
    const reported = inventory([server('a', '2')], drift(changed));
    expect(standingDrift(inventory([server('a', '1')]), reported)).toEqual([drift(changed)]);
    expect(standingDrift(reported, inventory([server('a', '2')]))).toEqual([drift(changed)]);
  });

  it('is settled by a change that was approved', () => {
    const kept = inventory([server('a', '2')], drift(changed));
    expect(standingDrift(kept, inventory([server('a', '3')]))).toEqual([]);
    expect(standingDrift(kept, inventory([]))).toEqual([]);
  });

  it('that goes on is told from where it began', () => {
    const kept = inventory([server('a', '2')], drift(changed));
    const again = inventory([server('a', '3')], drift({ name: 'a', change: 'changed', before: launch('new') }));
    expect(standingDrift(kept, again)).toEqual([drift(changed)]);
    const gone = inventory([], drift({ name: 'a', change: 'removed', before: launch('new') }));
    expect(standingDrift(kept, gone)).toEqual([drift({ ...changed, change: 'removed' })]);
  });

  it('that was added and taken away leaves nothing', () => {
    const kept = inventory([server('a', '1')], drift({ name: 'a', change: 'added' }));
    expect(standingDrift(kept, inventory([], drift({ name: 'a', change: 'removed', before: launch('x') })))).toEqual(
      [],
    );
  });

  it('stands beside others', () => {
    const kept = inventory([server('a', '2'), server('b', '1')], drift(changed));
    const added = drift({ name: 'b', change: 'added' });
    expect(standingDrift(kept, inventory([server('a', '2'), server('b', '1')], added))).toEqual([
      drift(changed),
      added,
    ]);
  });

  it('is found for the server that it is about', () => {
    const kept = inventory([server('a', '2'), server('b', '1')], drift(changed, { name: 'gone', change: 'removed' }));
    expect(driftOf(kept, server('a', '2'))).toEqual({
      ...{ change: 'changed', seenAt: '2026-01-01T00:00:00.000Z', before: launch('old') },
    });
    expect(driftOf(kept, server('b', '1'))).toBeUndefined();
    expect(driftOf(kept, server('gone', ''))).toBeUndefined();
    expect(driftOf(kept, { ...server('a', '2'), path: '/other' })).toBeUndefined();
  });
});
