import { mcpServersDialect } from './mcp-servers.ts';

/** Cursor tells transports apart by `command` and `url`, without `type`. */
export const cursor = mcpServersDialect({
  client: 'cursor',
  root: ['mcpServers'],
  types: { stdio: 'stdio', 'streamable-http': 'http', sse: 'sse' },
  reference: (variable) => `\${env:${variable}}`,
  urlNeedsType: false,
  negotiates: true,
});
