import { mcpServersDialect } from './mcp-servers.ts';

/** Kilo Code before 7: timeouts in seconds. */
export const kilocode = mcpServersDialect({
  client: 'kilocode',
  root: ['mcpServers'],
  types: { stdio: 'stdio', 'streamable-http': 'streamable-http', sse: 'sse' },
  reference: (variable) => `\${env:${variable}}`,
  urlNeedsType: true,
  disabledMember: 'disabled',
  autoApproveMember: 'alwaysAllow',
  timeoutUnitMs: 1000,
  readsCwd: true,
});
