import { mcpServersDialect } from './mcp-servers.ts';

/** Cline: timeouts in seconds, and a URL without `type` is taken for SSE. */
export const cline = mcpServersDialect({
  client: 'cline',
  root: ['mcpServers'],
  types: { stdio: 'stdio', 'streamable-http': 'streamableHttp', sse: 'sse' },
  reference: null,
  urlNeedsType: true,
  bareUrl: 'sse',
  readsCwd: true,
  disabledMember: 'disabled',
  autoApproveMember: 'autoApprove',
  timeoutUnitMs: 1000,
});
