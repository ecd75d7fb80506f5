import type { Inventory, InventoryFile, InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '../result.ts';
import { driftOf } from './standing-drift.ts';

export interface InstallerInventory {
  readonly serverId: string;
  readonly inventory: Inventory;
}

/** One configured MCP server of one machine, under the key that answers use. */
export interface KeyedServer {
  readonly key: string;
  readonly installerId: string;
  readonly server: InventoryServer;
  readonly file: InventoryFile | undefined;
  /** Of the installer itself. */
  readonly own?: AssessedServer['own'];
  /** A change of its entry from outside that stands. */
  readonly drift?: AssessedServer['drift'];
}

type Found = Omit<KeyedServer, 'key'>;

const qualified = ({ installerId, server }: Found): string =>
  `${installerId}/${server.client}/${server.scope}/${server.name}`;
const withPath = (found: Found): string => `${qualified(found)} (${found.server.path})`;

/**
 * Every server with its key: its name where that is unique, else `installerId/client/scope/name`, and with the path where
 * two folders of one machine hold the same (CONTRACT §4 "Names"). A name that reads like another server's longer form is
 * not unique either: whoever writes a project's file must not be able to stand in for a server of another.
 */
export function keyServers(inventories: readonly InstallerInventory[]): KeyedServer[] {
  const found = inventories.flatMap(({ serverId, inventory }) =>
    inventory.servers.map(
      (server): Found => ({
        installerId: serverId,
        server,
        file: inventory.files.find((file) => file.path === server.path),
        own: inventory.roots.own,
        drift: driftOf(inventory, server),
      }),
    ),
  );
  const counts = new Map<string, number>();
  for (const form of found.flatMap((one) => [one.server.name, qualified(one), withPath(one)]))
    counts.set(form, (counts.get(form) ?? 0) + 1);
  return found.map((one) => {
    const key = [one.server.name, qualified(one)].find((form) => counts.get(form) === 1);
    return { ...one, key: key ?? withPath(one) };
  });
}

/** The server a name or key stands for; nothing when no installer knows it; a refusal that lists the candidates when several do. */
export function findByName(
  servers: readonly KeyedServer[],
  name: string,
): Result<KeyedServer | undefined, Refusal<'ambiguous_server'>> {
  const exact = servers.find((one) => one.key === name);
  if (exact) return accept(exact);
  const candidates = servers.filter((one) => one.server.name === name || qualified(one) === name);
  if (candidates.length <= 1) return accept(candidates[0]);
  const errors = candidates.map((one) => ({ path: '/', message: one.key }));
  return deny(
    refuse(
      'ambiguous_server',
      `More than one server is called ${name}. Nothing was changed. Name one of: ${candidates.map((one) => one.key).join(', ')}`,
      { errors },
    ),
  );
}

export interface Target {
  readonly key: string;
  /** Null for a server that no installer knows: that is a finding, not an error. */
  readonly found: KeyedServer | null;
}

/** The servers an assessment is about; every server when it names none. */
export function resolveTargets(
  servers: readonly KeyedServer[],
  names: readonly string[],
): Result<Target[], Refusal<'ambiguous_server'>> {
  if (names.length === 0) return accept(servers.map((found) => ({ key: found.key, found })));
  const targets: Target[] = [];
  for (const name of new Set(names)) {
    const found = findByName(servers, name);
    if (!found.ok) return found;
    targets.push({ key: found.value?.key ?? name, found: found.value ?? null });
  }
  return accept(targets);
}
