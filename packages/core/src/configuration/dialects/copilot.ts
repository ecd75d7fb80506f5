import { mcpServersDialect } from './mcp-servers.ts';

/** Copilot CLI: `tools` names what it may use, and nothing without it. `stdio` is the word its project file shares with others. */
export const copilot = mcpServersDialect({
  client: 'copilot',
  root: ['mcpServers'],
  types: { stdio: 'stdio', 'streamable-http': 'http', sse: 'sse' },
  otherTypes: ['local'],
  reference: (variable) => `\${${variable}}`,
  urlNeedsType: true,
  stdioType: true,
  readsCwd: true,
  timeoutUnitMs: 1,
  always: { tools: ['*'] },
});
