import { CLIENT_IDS, type ClientId } from '@mcp-coordinator/contract/inventory.contract';
import { maskText } from '@mcp-coordinator/core/configuration/secrets';
import { type McpServer, ProtocolError, ResourceTemplate } from '@modelcontextprotocol/server';
import type { Executor } from '../changes/executor.ts';
import { takeInventory } from '../inventory/take-inventory.ts';

const SERVERS_URI = 'installer://servers';
const CLIENT_URI = 'installer://clients/{client}';
const INVALID_PARAMS = -32_602;

const jsonContents = (uri: string, value: unknown) => ({
  contents: [{ uri, mimeType: 'application/json', text: maskText(JSON.stringify(value, null, 2)) }],
});

/** What can be read without asking for anything: all servers, and the configuration of one client; secrets masked. */
export function registerResources(server: McpServer, executor: Executor): void {
  const inventory = () => takeInventory(executor.machine, (configured) => executor.captures.known(configured));
  server.registerResource(
    'servers',
    SERVERS_URI,
    {
      title: 'MCP servers',
      description: 'Every MCP server that a client on this machine is configured to start.',
      mimeType: 'application/json',
    },
    async (uri) => jsonContents(uri.href, await inventory()),
  );
  const template = new ResourceTemplate(CLIENT_URI, {
    list: async () => {
      const used = new Set((await inventory()).files.map(({ client }) => client));
      return { resources: CLIENT_IDS.filter((client) => used.has(client)).map(described) };
    },
    complete: { client: (text) => CLIENT_IDS.filter((client) => client.startsWith(text)) },
  });
  server.registerResource(
    'client',
    template,
    {
      title: 'Configuration of a client',
      description: 'The files of one client and the servers in them.',
      mimeType: 'application/json',
    },
    async (uri, { client }) => {
      const { files, servers } = await inventory();
      if (!CLIENT_IDS.some((known) => known === client))
        throw new ProtocolError(INVALID_PARAMS, `There is no client ${String(client)}.`);
      return jsonContents(uri.href, {
        client,
        files: files.filter((file) => file.client === client),
        servers: servers.filter((configured) => configured.client === client),
      });
    },
  );
}

const described = (client: ClientId) => ({
  uri: CLIENT_URI.replace('{client}', client),
  name: client,
  title: `Configuration of ${client}`,
  mimeType: 'application/json',
});
