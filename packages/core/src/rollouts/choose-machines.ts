import type { InventoryFile } from '@mcp-coordinator/contract/inventory.contract';
import type { RolloutRequest } from '@mcp-coordinator/contract/remediations.contract';
import type { InstallerInventory, KeyedServer } from '../assessments/server-keys.ts';

export interface LabelledInventory extends InstallerInventory {
  readonly labels: readonly string[];
}
export interface ChosenMachine {
  readonly installerId: string;
  /** Servers that an action may be about. */
  readonly servers: readonly KeyedServer[];
  /** Files that a new server may be written into. */
  readonly files: readonly InventoryFile[];
}
type Group = RolloutRequest['group'];

/**
 * The machines of a group, in the order of their turns, and those that it names and nobody knows. A part that the group leaves
 * out narrows nothing.
 */
export function chooseMachines(
  group: Group,
  inventories: readonly LabelledInventory[],
  servers: readonly KeyedServer[],
  /** Keys of the servers that have the group's finding. */
  found: ReadonlySet<string>,
): { machines: ChosenMachine[]; unknown: string[] } {
  const known = new Map(inventories.map((one) => [one.serverId, one]));
  const named = group.installers ? [...new Set(group.installers)] : [...known.keys()].sort();
  const chosen = named.flatMap((id) => {
    const machine = known.get(id);
    return machine && belongs(group, machine) ? [look(group, machine, servers, found)] : [];
  });
  return {
    machines: group.finding === undefined ? chosen : chosen.filter((machine) => machine.servers.length > 0),
    unknown: named.filter((id) => !known.has(id)),
  };
}

const belongs = ({ label, client }: Group, { labels, inventory }: LabelledInventory): boolean =>
  (label === undefined || labels.includes(label)) &&
  (client === undefined || inventory.files.some((file) => file.client === client));

function look(
  { client, finding }: Group,
  { serverId, inventory }: LabelledInventory,
  servers: readonly KeyedServer[],
  found: ReadonlySet<string>,
): ChosenMachine {
  return {
    installerId: serverId,
    servers: servers.filter(
      (one) =>
        one.installerId === serverId &&
        (client === undefined || one.server.client === client) &&
        (finding === undefined || found.has(one.key)),
    ),
    files: inventory.files.filter((file) => client === undefined || file.client === client),
  };
}
