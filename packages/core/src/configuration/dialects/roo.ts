import type { Dialect } from '../dialect.ts';
import { mcpServersDialect } from './mcp-servers.ts';

const form = mcpServersDialect({
  client: 'roo',
  root: ['mcpServers'],
  types: { stdio: 'stdio', 'streamable-http': 'streamable-http', sse: 'sse' },
  reference: (variable) => `\${env:${variable}}`,
  urlNeedsType: true,
  readsCwd: true,
  disabledMember: 'disabled',
  autoApproveMember: 'alwaysAllow',
  timeoutUnitMs: 1000,
});

/** Roo Code was discontinued in 2026: its servers are read, so that they can move elsewhere, and nothing is written. */
export const roo: Dialect = {
  ...form,
  write: () => ({ ok: false, reason: 'roo was discontinued in 2026, so its files are only read' }),
};
