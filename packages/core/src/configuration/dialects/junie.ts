import { mcpServersDialect } from './mcp-servers.ts';

/** Junie starts local commands only. */
export const junie = mcpServersDialect({
  client: 'junie',
  root: ['mcpServers'],
  types: { stdio: 'stdio' },
  reference: null,
  urlNeedsType: false,
});
