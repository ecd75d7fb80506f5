import type { AutoApproval, Dialect } from '../dialect.ts';
import { asEntry, compact, texts } from '../entry-fields.ts';
import { mcpServersDialect } from './mcp-servers.ts';

const form = mcpServersDialect({
  client: 'amazon-q',
  root: ['mcpServers'],
  companions: [['allowedTools']],
  types: { stdio: 'stdio', 'streamable-http': 'http' },
  reference: null,
  urlNeedsType: true,
  disabledMember: 'disabled',
  timeoutUnitMs: 1,
});

/** Amazon Q Developer: timeouts in milliseconds; `allowedTools` beside the servers names `@server` or `@server/tool`. */
export const amazonQ: Dialect = {
  ...form,
  read(entry, name, document) {
    const reading = form.read(entry, name, document);
    const tools = approvals(name, document).flatMap((approval) => approval.tools);
    const launch = compact<typeof reading.launch>({
      ...reading.launch,
      autoApprove: tools.length === 0 ? undefined : tools,
    });
    return { ...reading, launch };
  },
  autoApprovals: (_entry, name, document) => approvals(name, document),
};

function approvals(name: string, document: unknown): AutoApproval[] {
  const allowed = texts(asEntry(document)['allowedTools']) ?? [];
  const isOwn = (item: string): boolean => item === `@${name}` || item.startsWith(`@${name}/`);
  const own = allowed.filter(isOwn);
  if (own.length === 0) return [];
  const tools = own.map((item) => (item === `@${name}` ? '*' : item.slice(name.length + 2)));
  return [{ path: ['allowedTools'], tools, rest: allowed.filter((item) => !isOwn(item)) }];
}
