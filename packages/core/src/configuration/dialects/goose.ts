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
import { takeOwnVariables } from '../own-variables.ts';

const SECOND_MS = 1000;
const WORDS = { stdio: 'stdio', 'streamable-http': 'streamable_http', sse: 'sse' } as const;

/** Goose: `extensions` also holds its built-ins, which are none of ours. Timeouts in seconds. */
export const goose: Dialect = {
  client: 'goose',
  root: ['extensions'],
  companions: [],
  holds: (entry) => Object.values<unknown>(WORDS).includes(asEntry(entry)['type']),
  read: (entry) => read(asEntry(entry)),
  write: (launch, _document, name) => write(launch, name),
  // Stands for a name in `env_keys`, whose value Goose takes from its own store or the environment.
  reference: (variable) => `\${${variable}}`,
  // `GOOSE_MODE` rules all tools of all extensions, built-ins included; there is nothing for one server.
  autoApprovals: () => [],
};

function read(entry: Entry): Reading {
  const timeout = number(entry['timeout']);
  const fromStore = Object.fromEntries((texts(entry['env_keys']) ?? []).map((name) => [name, `\${${name}}`]));
  const launch = compact<Launch>({
    transport: transportOf(entry['type']) ?? 'stdio',
    command: text(entry['cmd']),
    args: texts(entry['args']),
    env: nonEmpty({ ...fromStore, ...namedTexts(entry['envs']) }),
    url: text(entry['uri']),
    headers: nonEmpty(namedTexts(entry['headers'])),
    enabled: entry['enabled'] === true,
    timeoutMs: timeout === undefined ? undefined : timeout * SECOND_MS,
  });
  const misread = launch.command === undefined && launch.url === undefined ? ['has neither a command nor a URI'] : [];
  for (const foreign of ['command', 'env', 'url', 'disabled']) {
    if (entry[foreign] !== undefined) misread.push(`this client does not read \`${foreign}\``);
  }
  if (timeout !== undefined && timeout > 3600) misread.push('`timeout` is in seconds in this client');
  return { launch, misread };
}

function write(launch: Launch, name: string | undefined): Written {
  const taken = takeOwnVariables(launch);
  if (!taken.ok) return { ok: false, reason: `goose cannot resolve ${taken.reference} where it stands` };
  const entry = compact<Record<string, unknown>>({
    name,
    enabled: launch.enabled,
    type: WORDS[launch.transport],
    cmd: launch.command,
    args: launch.transport === 'stdio' ? (launch.args ?? []) : undefined,
    envs: nonEmpty(taken.values),
    env_keys: taken.names.length === 0 ? undefined : taken.names,
    uri: launch.url,
    headers: nonEmpty(launch.headers),
    timeout: launch.timeoutMs === undefined ? undefined : launch.timeoutMs / SECOND_MS,
  });
  return { ok: true, entry };
}
