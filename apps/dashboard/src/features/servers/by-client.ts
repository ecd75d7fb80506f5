import type { Inventory, InventoryFile, InventoryServer } from '@mcp-coordinator/contract/inventory.contract';

export interface ClientGroup {
  client: string;
  files: InventoryFile[];
  servers: InventoryServer[];
}

/** What each client on the machine is configured to start. */
export const byClient = ({ files, servers }: Inventory): ClientGroup[] => {
  const clients = [...new Set([...files, ...servers].map(({ client }) => client))].sort();
  return clients.map((client) => ({
    client,
    files: files.filter((file) => file.client === client),
    servers: servers.filter((server) => server.client === client),
  }));
};
