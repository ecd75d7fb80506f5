import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';
import type { Report } from '../changes/change-outcome.ts';
import type { Executor } from '../changes/executor.ts';
import { takeInventory } from '../inventory/take-inventory.ts';

/** Whoever asks waits a minute; a server that takes longer is reported as it is known, and goes on starting. */
const PATIENCE_MS = 45_000;

/** The inventory with what is known of each server; `fresh` first starts those of which nothing is, and says how each went. */
export async function listServers({ machine, captures }: Executor, fresh: boolean, report: Report): Promise<Inventory> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  try {
    return await takeInventory(machine, async (server) => {
      const definitions = await (fresh ? captures.fresh(server, patience) : captures.known(server));
      report(`${server.name}: ${definitions.status}`);
      return definitions;
    });
  } finally {
    clearTimeout(timer);
  }
}
