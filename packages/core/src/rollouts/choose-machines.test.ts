import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';
import { expect, it } from 'vitest';
import { keyServers } from '../assessments/server-keys.ts';
import { chooseMachines, type LabelledInventory } from './choose-machines.ts';

const machine = (serverId: string, labels: string[], client: string, names: string[]): LabelledInventory => {
  const place = { client, scope: 'user', path: `/home/p/${client}.json` };
  const files = [{ ...place, sectionHash: 'h', mode: null, gitTracked: false }];
  const servers = names.map((name) => ({ ...place, name }));
  return { serverId, labels, inventory: { roots: {}, files, servers } as unknown as Inventory };
};
const ALL = [
  machine('desk', ['floor-2'], 'cursor', ['postgres', 'slack']),
  machine('laptop', ['floor-2', 'team:pay'], 'zed', ['postgres']),
  machine('tower', [], 'cursor', []),
];
const SERVERS = keyServers(ALL);
const choose = (group: object, found: string[] = []) => {
  const { machines, unknown } = chooseMachines(group, ALL, SERVERS, new Set(found));
  const chosen = machines.map((one) => [one.installerId, one.servers.map(({ server }) => server.name).join()]);
  return { chosen, unknown };
};

it('takes machines by name, in the order that was given, and says whom nobody knows', () => {
  expect(choose({ installers: ['tower', 'desk', 'attic', 'desk'] })).toEqual({
    chosen: [
      ['tower', ''],
      ['desk', 'postgres,slack'],
    ],
    unknown: ['attic'],
  });
});

it('takes them by label, by client, and by what several parts have in common', () => {
  expect(choose({ label: 'floor-2' }).chosen.map(([id]) => id)).toEqual(['desk', 'laptop']);
  expect(choose({ client: 'cursor' }).chosen.map(([id]) => id)).toEqual(['desk', 'tower']);
  expect(choose({ label: 'floor-2', client: 'zed' }).chosen.map(([id]) => id)).toEqual(['laptop']);
});

it('takes them by a finding, and of those only the servers that have it', () => {
  const keys = SERVERS.filter(({ server }) => server.name === 'postgres').map(({ key }) => key);
  expect(choose({ finding: 'CFG-03' }, keys).chosen).toEqual([
    ['desk', 'postgres'],
    ['laptop', 'postgres'],
  ]);
  expect(choose({ finding: 'CFG-03' }, ['slack']).chosen).toEqual([['desk', 'slack']]);
});
