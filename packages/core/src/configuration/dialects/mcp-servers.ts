import type { ClientId, Launch } from '@mcp-coordinator/contract/inventory.contract';
import type { AutoApproval, Dialect, Reading, Written } from '../dialect.ts';
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

/** Where the members of the widespread `mcpServers` form differ from client to client. */
export interface McpServersForm {
  readonly client: ClientId;
  readonly root: readonly string[];
  readonly companions?: readonly (readonly string[])[];
  /** The word for each transport; a transport without a word cannot be written. */
  readonly types: Partial<Record<Launch['transport'], string>>;
  /** The client takes a URL without `type` for something else, or refuses it. */
  readonly urlNeedsType: boolean;
  /** Write `type` also for stdio. */
  readonly stdioType?: true;
  /** The member that switches an entry off, where there is one. */
  readonly disabledMember?: 'disabled';
  readonly autoApproveMember?: 'alwaysAllow' | 'autoApprove';
  /** Further words for a transport that the client reads. */
  readonly otherTypes?: readonly string[];
  /** The member that holds a URL; `url` when absent. */
  readonly urlMember?: 'serverUrl';
  /** What a URL without `type` is taken for; Streamable HTTP when absent. */
  readonly bareUrl?: Launch['transport'];
  readonly negotiates?: true;
  /** The client starts a command in the folder an entry names. */
  readonly readsCwd?: true;
  /** Members that every entry needs. */
  readonly always?: Readonly<Record<string, unknown>>;
  readonly reference: ((variable: string) => string) | null;
  /** Milliseconds of one unit of `timeout`; absent where the client has no such member. */
  readonly timeoutUnitMs?: number;
}

/** The dialect of clients that keep `command`, `args`, `env`, `url` and `headers` under a name. */
export function mcpServersDialect(form: McpServersForm): Dialect {
  return {
    client: form.client,
    root: form.root,
    companions: form.companions ?? [],
    ...(form.negotiates === undefined ? {} : { negotiates: form.negotiates }),
    read: (entry) => read(form, asEntry(entry)),
    write: (launch) => write(form, launch),
    reference: (variable) => form.reference?.(variable) ?? null,
    autoApprovals: (entry, name, _document, root) => autoApprovals(form, asEntry(entry), name, root),
  };
}

function read(form: McpServersForm, entry: Entry): Reading {
  // What stands under the usual word is what was meant, read by this client or not.
  const url = text(entry[form.urlMember ?? 'url']) ?? text(entry['url']);
  const command = text(entry['command']);
  const timeout = form.timeoutUnitMs === undefined ? undefined : number(entry['timeout']);
  const launch = compact<Launch>({
    transport:
      transportOf(entry['type']) ??
      (command === undefined && url !== undefined ? (form.bareUrl ?? 'streamable-http') : 'stdio'),
    command,
    args: texts(entry['args']),
    env: nonEmpty(namedTexts(entry['env'])),
    cwd: form.readsCwd === true ? text(entry['cwd']) : undefined,
    url,
    headers: nonEmpty(namedTexts(entry['headers'])),
    enabled: form.disabledMember === undefined || entry[form.disabledMember] !== true,
    timeoutMs: timeout === undefined ? undefined : timeout * (form.timeoutUnitMs ?? 1),
    autoApprove: form.autoApproveMember === undefined ? undefined : texts(entry[form.autoApproveMember]),
  });
  return { launch, misread: misread(form, entry, launch) };
}

const misread = (form: McpServersForm, entry: Entry, launch: Launch): string[] => [
  ...shapeProblems(entry, launch),
  ...remoteProblems(form, entry, launch),
  ...foreignMembers(form, entry),
];

function shapeProblems(entry: Entry, launch: Launch): string[] {
  const problems: string[] = [];
  if (launch.command === undefined && launch.url === undefined) problems.push('has neither a command nor a URL');
  if (Array.isArray(entry['command'])) problems.push('the command is a list where this client wants a text and `args`');
  return problems;
}

function remoteProblems(form: McpServersForm, entry: Entry, launch: Launch): string[] {
  const problems: string[] = [];
  const { type } = entry;
  if (launch.url !== undefined && form.types['streamable-http'] === undefined)
    problems.push('this client starts local commands only');
  if (launch.url !== undefined && form.urlNeedsType && type === undefined)
    problems.push('a URL needs `type` in this client');
  if (typeof type === 'string' && ![...Object.values(form.types), ...(form.otherTypes ?? [])].includes(type))
    problems.push(`this client does not know the type "${type.slice(0, 40)}"`);
  if (form.urlMember !== undefined && entry['url'] !== undefined)
    problems.push(`this client reads \`${form.urlMember}\`, not \`url\``);
  return problems;
}

function foreignMembers(form: McpServersForm, entry: Entry): string[] {
  const foreign = ['serverUrl', 'httpUrl', 'environment', 'uri', 'cmd'].filter((member) => member !== form.urlMember);
  if (form.readsCwd !== true) foreign.push('cwd');
  const problems = foreign
    .filter((member) => entry[member] !== undefined)
    .map((member) => `this client does not read \`${member}\``);
  // A timeout of over an hour is milliseconds written where seconds are meant.
  if (form.timeoutUnitMs === 1000 && (number(entry['timeout']) ?? 0) > 3600)
    problems.push('`timeout` is in seconds in this client');
  return problems;
}

function write(form: McpServersForm, launch: Launch): Written {
  const word = form.types[launch.transport];
  if (word === undefined) return { ok: false, reason: `${form.client} cannot reach a server over ${launch.transport}` };
  if (!launch.enabled && form.disabledMember === undefined) {
    return { ok: false, reason: `${form.client} has no way to switch a server off in this file` };
  }
  const typed = launch.transport === 'stdio' ? form.stdioType === true : form.urlNeedsType;
  const entry = compact<Record<string, unknown>>({
    type: typed ? word : undefined,
    command: launch.command,
    args: launch.args,
    env: nonEmpty(launch.env),
    cwd: launch.cwd,
    [form.urlMember ?? 'url']: launch.url,
    headers: nonEmpty(launch.headers),
    disabled: launch.enabled ? undefined : true,
    timeout:
      launch.timeoutMs === undefined || form.timeoutUnitMs === undefined
        ? undefined
        : launch.timeoutMs / form.timeoutUnitMs,
    ...(form.autoApproveMember === undefined ? {} : { [form.autoApproveMember]: launch.autoApprove }),
    ...form.always,
  });
  return { ok: true, entry };
}

function autoApprovals(form: McpServersForm, entry: Entry, name: string, root: readonly string[]): AutoApproval[] {
  const tools = form.autoApproveMember === undefined ? undefined : texts(entry[form.autoApproveMember]);
  if (tools === undefined || form.autoApproveMember === undefined || tools.length === 0) return [];
  return [{ path: [...root, name, form.autoApproveMember], tools }];
}
