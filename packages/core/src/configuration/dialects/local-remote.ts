import type { ClientId, Launch } from '@mcp-coordinator/contract/inventory.contract';
import type { AutoApproval, Dialect, Reading, Written } from '../dialect.ts';
import { asEntry, compact, type Entry, namedTexts, nonEmpty, number, text, texts } from '../entry-fields.ts';

const PERMISSION = ['permission'] as const;

/** Where the members of the `local`/`remote` form differ from client to client. */
export interface LocalRemoteForm {
  readonly client: ClientId;
  readonly root: readonly string[];
  /** The member that switches a server on or off, which may depend on the document. */
  switchMember(document: unknown): 'enabled' | 'disabled';
  /** Members of other clients' entries that this one overlooks. */
  readonly overlooked: readonly string[];
}

/** The dialect of clients whose command is a list; approvals stand beside the servers. Timeouts in milliseconds. */
export const localRemoteDialect = (form: LocalRemoteForm): Dialect => ({
  client: form.client,
  root: form.root,
  companions: [PERMISSION],
  read: (entry, name, document) => read(form, asEntry(entry), name, document),
  write: (launch, document) => write(form, launch, document),
  reference: (variable) => `{env:${variable}}`,
  autoApprovals: (_entry, name, document) => approvals(name, document),
});

function read(form: LocalRemoteForm, entry: Entry, name: string, document: unknown): Reading {
  const url = text(entry['url']);
  const argv = texts(entry['command']) ?? [];
  const tools = approvals(name, document).flatMap((approval) => approval.tools);
  const launch = compact<Launch>({
    transport: entry['type'] === 'remote' || (argv.length === 0 && url !== undefined) ? 'streamable-http' : 'stdio',
    command: argv[0] ?? text(entry['command']),
    args: argv.length > 0 ? argv.slice(1) : undefined,
    env: nonEmpty(namedTexts(entry['environment'])),
    cwd: text(entry['cwd']),
    url,
    headers: nonEmpty(namedTexts(entry['headers'])),
    enabled: form.switchMember(document) === 'enabled' ? entry['enabled'] !== false : entry['disabled'] !== true,
    timeoutMs: number(entry['timeout']),
    autoApprove: tools.length === 0 ? undefined : tools,
  });
  return { launch, misread: misread(form, entry, launch) };
}

function misread({ overlooked }: LocalRemoteForm, entry: Entry, launch: Launch): string[] {
  const problems: string[] = [];
  if (launch.command === undefined && launch.url === undefined) problems.push('has neither a command nor a URL');
  if (entry['command'] !== undefined && !Array.isArray(entry['command']))
    problems.push('the command must be a list in this client');
  if (entry['type'] !== 'local' && entry['type'] !== 'remote')
    problems.push('`type` must be local or remote in this client');
  for (const foreign of overlooked) {
    if (entry[foreign] !== undefined) problems.push(`this client does not read \`${foreign}\``);
  }
  // Less than 100 ms is no time to start in: seconds written where milliseconds are meant.
  if (launch.timeoutMs !== undefined && launch.timeoutMs < 100)
    problems.push('`timeout` is in milliseconds in this client');
  return problems;
}

function write(form: LocalRemoteForm, launch: Launch, document: unknown): Written {
  if (launch.transport === 'sse') return { ok: false, reason: `${form.client} cannot reach a server over sse` };
  const local = launch.transport === 'stdio';
  const byEnabled = form.switchMember(document) === 'enabled';
  const entry = compact<Record<string, unknown>>({
    type: local ? 'local' : 'remote',
    command: local ? [launch.command ?? '', ...(launch.args ?? [])] : undefined,
    environment: nonEmpty(launch.env),
    cwd: launch.cwd,
    url: launch.url,
    headers: nonEmpty(launch.headers),
    enabled: byEnabled ? launch.enabled : undefined,
    disabled: byEnabled || launch.enabled ? undefined : true,
    timeout: launch.timeoutMs,
  });
  return { ok: true, entry };
}

/** Members of `permission` that let this server's tools run unasked: `name_tool` or `name_*`. */
function approvals(name: string, document: unknown): AutoApproval[] {
  const permission = asEntry(asEntry(document)['permission']);
  const prefix = `${name.replace(/[^A-Za-z0-9_-]/g, '_')}_`;
  return Object.entries(permission)
    .filter(([key, value]) => value === 'allow' && key.startsWith(prefix))
    .map(([key]) => ({ path: [...PERMISSION, key], tools: [key.slice(prefix.length)] }));
}
