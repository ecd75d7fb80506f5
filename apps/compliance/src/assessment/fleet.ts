import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { nameSkeleton } from '../text/normalise-text.ts';
import { installerOfKey } from './installer-of-key.ts';

/** A server among those it is configured together with. */
export interface FleetMember {
  readonly key: string;
  readonly installerId: string;
  readonly server: InventoryServer;
}

/** The servers of one assessment, indexed once: what rules across servers look things up in. */
export interface Fleet {
  /** Enabled servers that one client on one machine holds at the same time, the given one among them. */
  companionsOf(member: FleetMember): readonly FleetMember[];
  /** Servers of the same name on the same machine, in any client and scope. */
  namesakesOf(member: FleetMember): readonly FleetMember[];
  /** Companions that have a tool which people or models would take for this one. */
  ownersOfTool(member: FleetMember, toolName: string): readonly FleetMember[];
}

const clientOf = ({ installerId, server }: FleetMember): string => JSON.stringify([installerId, server.client]);
const nameOf = ({ installerId, server }: FleetMember): string => JSON.stringify([installerId, server.name]);
const toolOf = (member: FleetMember, tool: string): string => JSON.stringify([clientOf(member), nameSkeleton(tool)]);

/** The member that stands for an assessed server with a snapshot. */
export const fleetMember = (key: string, server: InventoryServer, installerId?: string): FleetMember => ({
  key,
  server,
  installerId: installerId ?? installerOfKey(key, server) ?? '',
});

export function indexFleet(servers: readonly AssessedServer[]): Fleet {
  const members = servers.flatMap(({ key, snapshot, installerId }) =>
    snapshot === null ? [] : [fleetMember(key, snapshot, installerId)],
  );
  const enabled = members.filter(({ server }) => server.launch.enabled);
  const byClient = Map.groupBy(enabled, clientOf);
  const byName = Map.groupBy(members, nameOf);
  const byTool = indexTools(enabled);
  return {
    companionsOf: (member) => byClient.get(clientOf(member)) ?? [],
    namesakesOf: (member) => byName.get(nameOf(member)) ?? [],
    ownersOfTool: (member, toolName) => byTool.get(toolOf(member, toolName)) ?? [],
  };
}

/** A server with more tools than this is a finding itself; nobody else's names are looked for behind them. */
const TOOLS_MAX = 20_000;

function indexTools(members: readonly FleetMember[]): Map<string, FleetMember[]> {
  const owners = new Map<string, FleetMember[]>();
  for (const member of members) {
    if (member.server.definitions.status !== 'captured') continue;
    for (const key of new Set(
      member.server.definitions.tools.slice(0, TOOLS_MAX).map((tool) => toolOf(member, tool.name)),
    )) {
      const known = owners.get(key);
      if (known === undefined) owners.set(key, [member]);
      else known.push(member);
    }
  }
  return owners;
}
