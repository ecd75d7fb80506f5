import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import type { AutoApproval, Dialect, Reading, Written } from '../dialect.ts';
import { asEntry, compact, type Entry, namedTexts, nonEmpty, text, texts } from '../entry-fields.ts';

const ALWAYS = ['agent', 'always_allow_tool_actions'];
const PERMISSIONS = ['agent', 'tool_permissions', 'tools'];

/** Zed: servers stand among all its other settings; those that an extension brings are not its user's to start. */
export const zed: Dialect = {
  client: 'zed',
  root: ['context_servers'],
  companions: [ALWAYS, ['agent', 'tool_permissions']],
  holds: (entry) => asEntry(entry)['source'] !== 'extension',
  read: (entry, name, document) => read(asEntry(entry), name, document),
  write,
  reference: () => null,
  autoApprovals: (_entry, name, document) => approvals(name, document),
};

function read(entry: Entry, name: string, document: unknown): Reading {
  // An older form nests path, arguments and variables under `command`.
  const older = asEntry(entry['command']);
  const url = text(entry['url']);
  const command = text(entry['command']) ?? text(older['path']);
  const tools = approvals(name, document).flatMap((approval) => approval.tools);
  const launch = compact<Launch>({
    transport: command === undefined && url !== undefined ? 'streamable-http' : 'stdio',
    command,
    args: texts(entry['args'] ?? older['args']),
    env: nonEmpty(namedTexts(entry['env'] ?? older['env'])),
    url,
    headers: nonEmpty(namedTexts(entry['headers'])),
    enabled: entry['enabled'] !== false,
    autoApprove: tools.length === 0 ? undefined : tools,
  });
  const misread = command === undefined && url === undefined ? ['has neither a command nor a URL'] : [];
  for (const foreign of ['type', 'cwd', 'disabled', 'serverUrl', 'environment']) {
    if (entry[foreign] !== undefined) misread.push(`this client does not read \`${foreign}\``);
  }
  return { launch, misread };
}

function write(launch: Launch): Written {
  if (launch.transport === 'sse') return { ok: false, reason: 'zed cannot reach a server over sse' };
  const entry = compact<Record<string, unknown>>({
    source: 'custom',
    command: launch.command,
    args: launch.args,
    env: nonEmpty(launch.env),
    url: launch.url,
    headers: nonEmpty(launch.headers),
    enabled: launch.enabled ? undefined : false,
  });
  return { ok: true, entry };
}

/** The switch for all tools, and the rules for single ones: `mcp:server:tool`. */
function approvals(name: string, document: unknown): AutoApproval[] {
  const agent = asEntry(asEntry(document)['agent']);
  const tools = asEntry(asEntry(agent['tool_permissions'])['tools']);
  const prefix = `mcp:${name}:`;
  const single = Object.entries(tools)
    .filter(([key, rule]) => key.startsWith(prefix) && asEntry(rule)['default'] === 'allow')
    .map(([key]) => ({ path: [...PERMISSIONS, key, 'default'], tools: [key.slice(prefix.length)] }));
  return agent['always_allow_tool_actions'] === true ? [{ path: ALWAYS, tools: ['*'] }, ...single] : single;
}
