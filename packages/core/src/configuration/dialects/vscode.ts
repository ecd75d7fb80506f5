import { mcpServersDialect } from './mcp-servers.ts';

/** VS Code: `servers` beside `inputs`, from which `${input:id}` is asked. */
export const vscode = mcpServersDialect({
  client: 'vscode',
  root: ['servers'],
  companions: [['inputs']],
  types: { stdio: 'stdio', 'streamable-http': 'http', sse: 'sse' },
  reference: (variable) => `\${env:${variable}}`,
  urlNeedsType: true,
  stdioType: true,
  readsCwd: true,
});
