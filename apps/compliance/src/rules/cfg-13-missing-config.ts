import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import { OWASP } from './owasp.ts';
import { found, type Hit, type Rule, type Subject } from './rule.ts';

/** What well-known servers cannot do without: any one variable of each list, and an argument that matches. */
interface Need {
  readonly variables?: readonly (readonly string[])[];
  readonly argument?: { readonly matches: RegExp; readonly what: string };
}
const DSN = { matches: /^[a-z][a-z0-9+.-]*:\/\//i, what: 'a connection string' };
const NEEDS: Readonly<Record<string, Need>> = {
  '@modelcontextprotocol/server-filesystem': { argument: { matches: /^(?!-)./, what: 'a folder' } },
  '@modelcontextprotocol/server-postgres': { argument: DSN },
  '@modelcontextprotocol/server-github': { variables: [['GITHUB_PERSONAL_ACCESS_TOKEN']] },
  '@modelcontextprotocol/server-gitlab': { variables: [['GITLAB_PERSONAL_ACCESS_TOKEN']] },
  '@modelcontextprotocol/server-brave-search': { variables: [['BRAVE_API_KEY']] },
  '@modelcontextprotocol/server-slack': { variables: [['SLACK_BOT_TOKEN'], ['SLACK_TEAM_ID']] },
  '@modelcontextprotocol/server-google-maps': { variables: [['GOOGLE_MAPS_API_KEY']] },
  '@notionhq/notion-mcp-server': { variables: [['NOTION_TOKEN', 'OPENAPI_MCP_HEADERS']] },
  'mcp-server-sqlite': { argument: { matches: /^--db-path|\.(?:db|sqlite3?)$/, what: 'a database file' } },
};

export const missingConfig: Rule = {
  id: 'CFG-13',
  issue: 'missing_config',
  severity: 'medium',
  title: 'Something required is missing',
  meaning:
    'The server will not start, or will fail at its first call. People then paste what is missing wherever it works.',
  fix: { text: 'Give the missing value, as a reference to the secret store where it is one.', actionable: false },
  references: [OWASP.telemetry, 'CWE-1188'],
  check: (subject) => found([...emptyValues(subject.server), ...missingNeeds(subject)]),
};

/** The finding of a server that was asked for and that no installer knows. */
export const ABSENT_SERVER: { readonly rule: Rule; readonly hit: Hit } = {
  rule: missingConfig,
  hit: { location: {}, evidence: 'no installer reports a server of this name', actionable: false },
};

const emptyValues = ({ observations, path }: InventoryServer): Hit[] =>
  observations
    .filter(
      ({ kind, pointer }) =>
        kind === 'empty' && /^\/(?:env|environment|envs|headers|http_headers|requestHeaders)\//.test(pointer),
    )
    .map(({ pointer }) => ({ location: { path, pointer }, evidence: `${pointer} is empty` }));

function missingNeeds({ server, package: pkg }: Subject): Hit[] {
  const need =
    pkg === undefined || pkg.registry === 'oci' || !Object.hasOwn(NEEDS, pkg.name) ? undefined : NEEDS[pkg.name];
  if (pkg === undefined || need === undefined) return [];
  const given = server.launch.env ?? {};
  const hits: Hit[] = (need.variables ?? [])
    .filter((names) => !names.some((name) => Object.hasOwn(given, name)))
    .map((names) => ({
      location: { path: server.path, pointer: '/env' },
      evidence: `${pkg.name} needs ${names.join(' or ')}`,
    }));
  const { argument } = need;
  if (argument !== undefined && !pkg.rest.some(({ value }) => argument.matches.test(value))) {
    hits.push({
      location: { path: server.path, pointer: '/args' },
      evidence: `${pkg.name} needs ${argument.what} among its arguments`,
    });
  }
  return hits;
}
