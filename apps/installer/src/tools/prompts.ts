import { CLIENT_IDS } from '@mcp-coordinator/contract/inventory.contract';
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const said = (text: string) => ({ messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] });

/** Ways to use the tools that a person can pick in a client. */
export function registerPrompts(server: McpServer): void {
  server.registerPrompt(
    'review_servers',
    {
      title: 'Review my MCP servers',
      description: 'Looks at what this machine is configured to start, and says what deserves attention.',
    },
    () =>
      said(
        'Read installer://servers. Tell me which MCP servers are configured in which clients, and point out: packages without an exact version, secrets written in clear, servers that run tools without asking, servers that do not start, and the same server with different settings in several clients. Change nothing.',
      ),
  );
  server.registerPrompt(
    'install_server',
    {
      title: 'Install an MCP server',
      description: 'Adds a server to a client, after showing what would change.',
      argsSchema: z.object({ name: z.string(), source: z.string(), client: z.enum(CLIENT_IDS) }),
    },
    ({ name, source, client }) =>
      said(
        `Install the MCP server "${name}" from ${source} into ${client}. First show the plan with preview_change and explain it; ask me for every value that is needed and that I have not given. Then call install_server.`,
      ),
  );
  server.registerPrompt(
    'copy_server',
    {
      title: 'Use a server in another client',
      description: "Writes a server that one client has in another client's own form.",
      argsSchema: z.object({ name: z.string(), client: z.enum(CLIENT_IDS) }),
    },
    ({ name, client }) =>
      said(
        `Find the MCP server "${name}" with list_servers and write it for ${client} with generate_config. Show the plan with preview_change first. If something of it cannot be expressed there, tell me what and why.`,
      ),
  );
}
