import { mcpServersDialect } from './mcp-servers.ts';

/** Claude Code: a URL without `type` is taken for a stdio entry. Approvals stand in other files of its own. */
export const claudeCode = mcpServersDialect({
  client: 'claude-code',
  root: ['mcpServers'],
  types: { stdio: 'stdio', 'streamable-http': 'http', sse: 'sse' },
  reference: (variable) => `\${${variable}}`,
  urlNeedsType: true,
});
