import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import type { Dialect, Reading, Written } from '../dialect.ts';
import {
  asEntry,
  compact,
  type Entry,
  namedTexts,
  nonEmpty,
  number,
  text,
  texts,
  transportOf,
} from '../entry-fields.ts';

/** Gemini CLI: `httpUrl` is Streamable HTTP and `url` is SSE, `trust` lets all tools run, and a list beside switches off. */
export const gemini: Dialect = {
  client: 'gemini',
  root: ['mcpServers'],
  companions: [['mcp']],
  read: (entry, name, document) => read(asEntry(entry), name, document),
  write,
  reference: (variable) => `\${${variable}}`,
  autoApprovals: (entry, name, _document, root) =>
    asEntry(entry)['trust'] === true ? [{ path: [...root, name, 'trust'], tools: ['*'] }] : [],
};

/** It also expands `$VAR`, which no other client does. */
const braced = (value: string): string => value.replace(/\$([A-Za-z_]\w*)/g, '${$1}');
const bracedAll = (values: Record<string, string> | undefined): Record<string, string> | undefined =>
  nonEmpty(Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, braced(value)])));

function read(entry: Entry, name: string, document: unknown): Reading {
  const http = text(entry['httpUrl']);
  const url = http ?? text(entry['url']);
  const command = text(entry['command']);
  const remote = http !== undefined ? 'streamable-http' : (transportOf(entry['type']) ?? 'sse');
  const launch = compact<Launch>({
    transport: command === undefined && url !== undefined ? remote : 'stdio',
    command,
    args: texts(entry['args'])?.map(braced),
    env: bracedAll(namedTexts(entry['env'])),
    cwd: text(entry['cwd']),
    url: url === undefined ? undefined : braced(url),
    headers: bracedAll(namedTexts(entry['headers'])),
    enabled: isOn(name, document),
    timeoutMs: number(entry['timeout']),
    autoApprove: entry['trust'] === true ? ['*'] : undefined,
  });
  return { launch, misread: misread(entry, launch) };
}

function misread(entry: Entry, launch: Launch): string[] {
  const problems = launch.command === undefined && launch.url === undefined ? ['has neither a command nor a URL'] : [];
  for (const foreign of ['serverUrl', 'disabled', 'alwaysAllow', 'environment']) {
    if (entry[foreign] !== undefined) problems.push(`this client does not read \`${foreign}\``);
  }
  if (entry['url'] !== undefined && entry['httpUrl'] === undefined && transportOf(entry['type']) === 'streamable-http')
    problems.push('this client takes `url` for SSE; Streamable HTTP is `httpUrl`');
  if (launch.timeoutMs !== undefined && launch.timeoutMs < 100)
    problems.push('`timeout` is in milliseconds in this client');
  return problems;
}

function isOn(name: string, document: unknown): boolean {
  const lists = asEntry(asEntry(document)['mcp']);
  const allowed = texts(lists['allowed']);
  return texts(lists['excluded'])?.includes(name) !== true && (allowed === undefined || allowed.includes(name));
}

function write(launch: Launch): Written {
  if (!launch.enabled)
    return { ok: false, reason: 'gemini switches servers off in `mcp.excluded` and not in their entries' };
  const entry = compact<Record<string, unknown>>({
    command: launch.command,
    args: launch.args,
    env: nonEmpty(launch.env),
    cwd: launch.cwd,
    httpUrl: launch.transport === 'streamable-http' ? launch.url : undefined,
    url: launch.transport === 'sse' ? launch.url : undefined,
    headers: nonEmpty(launch.headers),
    timeout: launch.timeoutMs,
    trust: launch.autoApprove?.includes('*') === true ? true : undefined,
  });
  return { ok: true, entry };
}
