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

/** Continue: a list, told apart by `name`; headers stand under `requestOptions`. It also takes files in the widespread form. */
export const continueDialect: Dialect = {
  client: 'continue',
  root: ['mcpServers'],
  companions: [],
  read: (entry) => read(asEntry(entry)),
  write,
  // `${{ secrets.X }}` asks the person for a file of secrets first.
  reference: () => null,
  autoApprovals: () => [],
};

function read(entry: Entry): Reading {
  const url = text(entry['url']);
  const command = text(entry['command']);
  const headers = asEntry(entry['requestOptions'])['headers'] ?? entry['headers'];
  const launch = compact<Launch>({
    transport: transportOf(entry['type']) ?? (command === undefined && url !== undefined ? 'streamable-http' : 'stdio'),
    command,
    args: texts(entry['args']),
    env: nonEmpty(namedTexts(entry['env'])),
    cwd: text(entry['cwd']),
    url,
    headers: nonEmpty(namedTexts(headers)),
    enabled: true,
    timeoutMs: number(entry['connectionTimeout']),
  });
  const misread = command === undefined && url === undefined ? ['has neither a command nor a URL'] : [];
  for (const foreign of ['serverUrl', 'disabled', 'alwaysAllow', 'environment']) {
    if (entry[foreign] !== undefined) misread.push(`this client does not read \`${foreign}\``);
  }
  return { launch, misread };
}

function write(launch: Launch): Written {
  if (!launch.enabled) return { ok: false, reason: 'continue has no way to switch a server off in this file' };
  const headers = nonEmpty(launch.headers);
  const entry = compact<Record<string, unknown>>({
    type: launch.transport,
    command: launch.command,
    args: launch.args,
    env: nonEmpty(launch.env),
    cwd: launch.cwd,
    url: launch.url,
    requestOptions: headers === undefined ? undefined : { headers },
    connectionTimeout: launch.timeoutMs,
  });
  return { ok: true, entry };
}
