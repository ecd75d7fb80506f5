import type { Drift, Inventory, InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';

type Changed = Drift['servers'][number];

const sameFile = (
  one: Pick<Drift, 'client' | 'scope' | 'path'>,
  other: Pick<Drift, 'client' | 'scope' | 'path'>,
): boolean => one.client === other.client && one.scope === other.scope && one.path === other.path;

const hashIn = (inventory: Inventory, file: Drift, name: string): string =>
  inventory.servers.find((server) => server.name === name && sameFile(server, file))?.hash ?? 'nothing';

/**
 * The changes from outside that stand after a report: its own, and those from before whose entries are as they were. An entry
 * that changed since without the installer calling it drift was changed by an approved action, and so was decided on.
 */
export function standingDrift(before: Inventory | undefined, report: Inventory): Drift[] {
  const fresh = report.drift ?? [];
  const isFresh = (file: Drift, name: string): boolean =>
    fresh.some((drift) => sameFile(drift, file) && drift.servers.some((server) => server.name === name));
  const earlier = (before?.drift ?? []).flatMap((drift): Drift[] => {
    const servers = drift.servers.filter(
      ({ name }) =>
        !isFresh(drift, name) && before !== undefined && hashIn(before, drift, name) === hashIn(report, drift, name),
    );
    return servers.length === 0 ? [] : [{ ...drift, servers }];
  });
  return [...earlier, ...fresh.flatMap((drift) => stillStands(drift, before))];
}

/** What was added from outside and taken away again leaves nothing; what changed twice is told from where it began. */
function stillStands(drift: Drift, before: Inventory | undefined): Drift[] {
  const known = (name: string): Changed | undefined =>
    before?.drift?.find((one) => sameFile(one, drift))?.servers.find((server) => server.name === name);
  const servers = drift.servers.flatMap((now): Changed[] => {
    const first = known(now.name);
    if (first === undefined) return [now];
    if (first.change === 'added') return now.change === 'removed' ? [] : [{ ...first }];
    const began = first.before === undefined ? {} : { before: first.before };
    return [{ name: now.name, change: now.change === 'removed' ? 'removed' : 'changed', ...began }];
  });
  return servers.length === 0 ? [] : [{ ...drift, servers }];
}

/** What stands of one server, for those who judge it. */
export function driftOf(inventory: Inventory, server: InventoryServer): AssessedServer['drift'] {
  for (const drift of inventory.drift ?? []) {
    const found = sameFile(drift, server) ? drift.servers.find(({ name }) => name === server.name) : undefined;
    if (found === undefined || found.change === 'removed') continue;
    return {
      change: found.change,
      seenAt: drift.seenAt,
      ...(found.before === undefined ? {} : { before: found.before }),
    };
  }
  return undefined;
}
