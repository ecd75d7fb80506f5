import { type KeyedServer, keyServers } from '@mcp-coordinator/core/assessments/server-keys';
import type { ServersModule } from '../servers/servers.module.ts';

/** The servers that an assessment can be about: all there are, or those of one machine, under the keys that everybody uses. */
export async function seenServers(
  { servers }: { servers: Pick<ServersModule, 'inventories'> },
  onlyMachine: string | null | undefined,
): Promise<KeyedServer[]> {
  const keyed = keyServers(await servers.inventories());
  return typeof onlyMachine === 'string' ? keyed.filter(({ installerId }) => installerId === onlyMachine) : keyed;
}
