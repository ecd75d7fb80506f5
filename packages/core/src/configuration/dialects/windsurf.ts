import { mcpServersDialect } from './mcp-servers.ts';

/** Windsurf calls a URL `serverUrl` and tries both remote transports on it. */
export const windsurf = mcpServersDialect({
  client: 'windsurf',
  root: ['mcpServers'],
  types: { stdio: 'stdio', 'streamable-http': 'http', sse: 'sse' },
  reference: (variable) => `\${env:${variable}}`,
  urlNeedsType: false,
  urlMember: 'serverUrl',
  negotiates: true,
  disabledMember: 'disabled',
});
