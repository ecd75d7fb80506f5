import { valueAt } from '@mcp-coordinator/core/configuration/json-pointer';
import { type ClientFiles, type ConfigFile, type Place, pathsOf, projectFiles, userFiles } from './client-files.ts';

const ROOT = ['mcpServers'];

/** The local scope: a section for each project inside the user's own file, the first workspace's first. */
function localRoots(place: Place, document: unknown): string[][] {
  const projects = valueAt(document, ['projects']);
  const named = typeof projects === 'object' && projects !== null ? Object.keys(projects) : [];
  const withServers = named.filter((project) => valueAt(document, ['projects', project, 'mcpServers']) !== undefined);
  return [...new Set([...place.workspaces, ...withServers])].map((project) => ['projects', project, 'mcpServers']);
}

function managedFiles(place: Place): ConfigFile[] {
  if (place.managed === undefined) return [];
  const { join } = pathsOf(place);
  const folders: Partial<Record<NodeJS.Platform, string>> = {
    darwin: join('Library', 'Application Support', 'ClaudeCode'),
    win32: join('Program Files', 'ClaudeCode'),
  };
  const path = join(place.managed, folders[place.platform] ?? join('etc', 'claude-code'), 'managed-mcp.json');
  return [{ client: 'claude-code', scope: 'managed', path, roots: () => [ROOT], folder: place.home }];
}

/** Claude Code: user, local (per project, in the user's file), project, and managed scopes. */
export const claudeCode: ClientFiles = {
  client: 'claude-code',
  files: (place) => {
    const own = pathsOf(place).join(place.home, '.claude.json');
    const local: ConfigFile = {
      client: 'claude-code',
      scope: 'local',
      path: own,
      roots: (document) => localRoots(place, document),
      folder: place.workspaces[0] ?? place.home,
    };
    return [
      ...userFiles('claude-code', place, ROOT, [own]),
      local,
      ...projectFiles('claude-code', place, ROOT, ['.mcp.json']),
      ...managedFiles(place),
    ];
  },
  restart: 'Claude Code: start a new session',
};
