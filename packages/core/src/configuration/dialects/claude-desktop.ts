import { mcpServersDialect } from './mcp-servers.ts';

/** Claude Desktop starts local commands only. */
export const claudeDesktop = mcpServersDialect({
  client: 'claude-desktop',
  root: ['mcpServers'],
  types: { stdio: 'stdio' },
  reference: null,
  urlNeedsType: false,
});
