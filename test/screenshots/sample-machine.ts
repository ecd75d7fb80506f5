import { join } from 'node:path';

/** The smallest MCP server that can be started and asked for its tools, which are the argument. */
const SERVER = `
import { createInterface } from 'node:readline';
const tools = JSON.parse(process.argv[2]).map((name) => ({
  name,
  description: name.replaceAll('_', ' ') + ', and nothing else.',
  inputSchema: { type: 'object' },
}));
const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'sample', version: '1.4.0' },
  }),
  'tools/list': () => ({ tools }),
  ping: () => ({}),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answer = answers[method];
  const outcome = answer ? { result: answer(params) } : { error: { code: -32601, message: 'unknown method' } };
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }) + '\\n');
});
`;

const secret = (start: string): string => `${start}${'a1B2'.repeat(9)}`;

/** Client configurations as they are found in the wild: secrets in the file, servers that several clients share. */
export function sampleFiles(home: string): Record<string, string> {
  const server = (tools: readonly string[], env?: Record<string, string>) => ({
    command: process.execPath,
    args: [join(home, 'server.mjs'), JSON.stringify(tools)],
    ...(env ? { env } : {}),
  });
  const github = server(['list_issues', 'create_issue', 'read_file'], { GITHUB_TOKEN: secret('ghp_') });
  const text = (servers: object) => `${JSON.stringify({ mcpServers: servers }, null, 2)}\n`;
  return {
    'server.mjs': SERVER,
    '.cursor/mcp.json': text({
      github,
      notes: server(['read_note', 'write_note']),
      memory: server(['remember', 'recall'], { LOG_LEVEL: 'info' }),
    }),
    '.config/Claude/claude_desktop_config.json': text({
      github,
      slack: server(['post_message', 'read_channel'], { SLACK_BOT_TOKEN: secret('ghp_') }),
    }),
  };
}
