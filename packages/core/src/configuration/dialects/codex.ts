import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import type { AutoApproval, Dialect, Reading, Written } from '../dialect.ts';
import { asEntry, compact, type Entry, namedTexts, nonEmpty, number, text, texts } from '../entry-fields.ts';
import { takeOwnVariables } from '../own-variables.ts';

const SECOND_MS = 1000;
const VARIABLE = /^\$\{([A-Za-z_]\w*)\}$/;
const BEARER = /^Bearer \$\{([A-Za-z_]\w*)\}$/;

/** Codex: TOML; variables and header values are handed on by name, and no text is expanded. Timeouts in seconds. */
export const codex: Dialect = {
  client: 'codex',
  root: ['mcp_servers'],
  companions: [],
  read: (entry) => read(asEntry(entry)),
  write,
  reference: (variable) => `\${${variable}}`,
  autoApprovals: (entry, name, _document, root) => approvals(asEntry(entry), [...root, name]),
};

function read(entry: Entry): Reading {
  const url = text(entry['url']);
  const command = text(entry['command']);
  const timeout = number(entry['tool_timeout_sec']);
  const handedOn = Object.fromEntries((texts(entry['env_vars']) ?? []).map((name) => [name, `\${${name}}`]));
  const tools = approvals(entry, []).flatMap((approval) => approval.tools);
  const launch = compact<Launch>({
    transport: command === undefined && url !== undefined ? 'streamable-http' : 'stdio',
    command,
    args: texts(entry['args']),
    env: nonEmpty({ ...handedOn, ...namedTexts(entry['env']) }),
    cwd: text(entry['cwd']),
    url,
    headers: nonEmpty(headersOf(entry)),
    enabled: entry['enabled'] !== false,
    timeoutMs: timeout === undefined ? undefined : timeout * SECOND_MS,
    autoApprove: tools.length === 0 ? undefined : tools,
  });
  const misread = command === undefined && url === undefined ? ['has neither a command nor a URL'] : [];
  for (const foreign of ['type', 'headers', 'disabled', 'timeout', 'bearer_token', 'alwaysAllow']) {
    if (entry[foreign] !== undefined) misread.push(`this client does not read \`${foreign}\``);
  }
  return { launch, misread };
}

function headersOf(entry: Entry): Record<string, string> {
  const bearer = text(entry['bearer_token_env_var']);
  const byVariable = Object.entries(namedTexts(entry['env_http_headers']) ?? {});
  return {
    ...namedTexts(entry['http_headers']),
    ...Object.fromEntries(byVariable.map(([name, variable]) => [name, `\${${variable}}`])),
    ...(bearer === undefined ? {} : { Authorization: `Bearer \${${bearer}}` }),
  };
}

function write(launch: Launch): Written {
  if (launch.transport === 'sse') return { ok: false, reason: 'codex cannot reach a server over sse' };
  const taken = takeOwnVariables(launch, false);
  if (!taken.ok) return { ok: false, reason: `codex cannot resolve ${taken.reference} where it stands` };
  const headers = Object.entries(launch.headers ?? {});
  const bearer = headers.find(([name, value]) => name === 'Authorization' && BEARER.test(value));
  const byVariable = headers.filter(([, value]) => VARIABLE.test(value));
  const plain = headers.filter((header) => header !== bearer && !byVariable.includes(header));
  const unclear = plain.find(([, value]) => value.includes('${'));
  if (unclear !== undefined) return { ok: false, reason: `codex cannot resolve a part of the header ${unclear[0]}` };
  const entry = compact<Record<string, unknown>>({
    command: launch.command,
    args: launch.args,
    env: nonEmpty(taken.values),
    env_vars: taken.names.length === 0 ? undefined : taken.names,
    cwd: launch.cwd,
    url: launch.url,
    bearer_token_env_var: bearer?.[1].replace(BEARER, '$1'),
    http_headers: nonEmpty(Object.fromEntries(plain)),
    env_http_headers: nonEmpty(
      Object.fromEntries(byVariable.map(([name, value]) => [name, value.replace(VARIABLE, '$1')])),
    ),
    enabled: launch.enabled ? undefined : false,
    tool_timeout_sec: launch.timeoutMs === undefined ? undefined : launch.timeoutMs / SECOND_MS,
    ...approvalMembers(launch.autoApprove ?? []),
  });
  return { ok: true, entry };
}

const APPROVE = 'approve';

function approvalMembers(tools: readonly string[]): Record<string, unknown> {
  const single = tools.filter((tool) => tool !== '*').map((tool) => [tool, { approval_mode: APPROVE }] as const);
  return {
    default_tools_approval_mode: tools.includes('*') ? APPROVE : undefined,
    tools: single.length === 0 ? undefined : Object.fromEntries(single),
  };
}

function approvals(entry: Entry, path: readonly string[]): AutoApproval[] {
  const single = Object.entries(asEntry(entry['tools']))
    .filter(([, rule]) => asEntry(rule)['approval_mode'] === APPROVE)
    .map(([tool]) => ({ path: [...path, 'tools', tool, 'approval_mode'], tools: [tool] }));
  return entry['default_tools_approval_mode'] === APPROVE
    ? [{ path: [...path, 'default_tools_approval_mode'], tools: ['*'] }, ...single]
    : single;
}
