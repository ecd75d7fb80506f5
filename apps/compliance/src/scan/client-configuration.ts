import { basename } from 'node:path';
import type { ClientId } from '@mcp-coordinator/contract/inventory.contract';
import { toPointer } from '@mcp-coordinator/core/configuration/json-pointer';
import { dialectOf } from '@mcp-coordinator/core/configuration/neutral';

/** The entries of one configuration and whose it seems to be. */
export interface FoundEntry {
  readonly name: string;
  readonly entry: unknown;
  readonly pointer: string;
}

/** Files by which clients are known; null where the name says nothing. The first that fits counts. */
const BY_PATH: readonly (readonly [RegExp, ClientId])[] = [
  [/claude_desktop_config\.json$/, 'claude-desktop'],
  [/(?:^|\/)\.cursor\/mcp\.json$/, 'cursor'],
  [/(?:^|\/)\.vscode\/mcp\.json$|\/Code(?: - Insiders)?\/User\/mcp\.json$/, 'vscode'],
  [/(?:^|\/)(?:\.mcp|\.claude|managed-mcp)\.json$/, 'claude-code'],
  [/(?:^|\/)kilo\.jsonc?$/, 'kilo'],
  [/(?:^|\/)opencode\.jsonc?$/, 'opencode'],
  [/kilo.*mcp_settings\.json$|\.kilocode\/mcp\.json$/, 'kilocode'],
  [/mcp_config\.json$/, 'windsurf'],
  [/(?:^|\/)\.gemini\/settings\.json$/, 'gemini'],
  [/cline_mcp_settings\.json$/, 'cline'],
  [/roo-cline.*mcp_settings\.json$|(?:^|\/)\.roo\/mcp\.json$/, 'roo'],
  [/(?:^|\/)\.codex\/config\.toml$/, 'codex'],
  [/(?:^|\/)goose\/(?:config\/)?config\.yaml$/, 'goose'],
  [/(?:^|\/)\.continue\/config\.yaml$|(?:^|\/)\.continue\/mcpServers\/[^/]+$/, 'continue'],
  [/(?:^|\/)(?:\.config\/zed|\.zed|Zed)\/settings\.json$/, 'zed'],
  [/(?:^|\/)\.?(?:aws\/)?amazonq\/(?:default|mcp)\.json$/, 'amazon-q'],
  [/(?:^|\/)\.junie\/mcp\/mcp\.json$/, 'junie'],
  [/mcp-config\.json$/, 'copilot'],
];

export function clientOfFile(path: string): ClientId | null {
  const slashed = path.replaceAll('\\', '/');
  return BY_PATH.find(([pattern]) => pattern.test(slashed) || pattern.test(basename(slashed)))?.[1] ?? null;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ROOTS: readonly (readonly string[])[] = [
  ['mcpServers'],
  ['mcp', 'servers'],
  ['mcp'],
  ['servers'],
  ['context_servers'],
  ['mcp_servers'],
];

/** Every server entry of a client configuration, Claude Code's per-project ones among them; none when it is no such file. */
export function entriesOf(document: unknown, client: ClientId | null = null): FoundEntry[] {
  if (!isFields(document)) return [];
  const own = client === null ? undefined : dialectOf(client).root;
  const root = [...(own === undefined ? [] : [own]), ...ROOTS].find((path) => holdsEntries(memberAt(document, path)));
  const found = root === undefined ? [] : entriesAt(document, root);
  const held = client === null ? found : found.filter(({ entry }) => dialectOf(client).holds?.(entry) ?? true);
  const projects = isFields(document['projects']) ? Object.keys(document['projects']) : [];
  return [...held, ...projects.flatMap((project) => entriesAt(document, ['projects', project, 'mcpServers']))];
}

/** By name, or as a list of entries that name themselves. */
const holdsEntries = (servers: unknown): boolean =>
  isFields(servers) || (Array.isArray(servers) && servers.every((entry) => isFields(entry) && 'name' in entry));

function entriesAt(document: Fields, path: readonly string[]): FoundEntry[] {
  const servers = memberAt(document, path);
  if (Array.isArray(servers))
    return (servers as unknown[]).flatMap((entry, index): FoundEntry[] =>
      isFields(entry) && typeof entry['name'] === 'string'
        ? [{ name: entry['name'], entry, pointer: toPointer([...path, String(index)]) }]
        : [],
    );
  if (!isFields(servers)) return [];
  return Object.entries(servers)
    .filter(([, entry]) => isFields(entry))
    .map(([name, entry]) => ({ name, entry, pointer: toPointer([...path, name]) }));
}

const memberAt = (document: Fields, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    document,
  );
