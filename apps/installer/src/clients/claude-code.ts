import { valueAt } from '@mcp-coordinator/core/configuration/json-pointer';
import {
  type ClientFiles,
  type ConfigFile,
  fileForm,
  managedFiles,
  type Place,
  pathsOf,
  projectFiles,
  userFiles,
} from './client-files.ts';

const FORM = fileForm(['mcpServers']);

/** The local scope: a section for each project inside the user's own file, the first workspace's first. */
function localRoots(place: Place, document: unknown): string[][] {
  const projects = valueAt(document, ['projects']);
  const named = typeof projects === 'object' && projects !== null ? Object.keys(projects) : [];
  const withServers = named.filter((project) => valueAt(document, ['projects', project, 'mcpServers']) !== undefined);
  return [...new Set([...place.workspaces, ...withServers])].map((project) => ['projects', project, 'mcpServers']);
}

const MANAGED = 'managed-mcp.json';

/** Claude Code: user, local (per project, in the user's file), project, and managed scopes. */
export const claudeCode: ClientFiles = {
  client: 'claude-code',
  files: (place) => {
    const own = pathsOf(place).join(place.home, '.claude.json');
    const local: ConfigFile = {
      ...FORM,
      client: 'claude-code',
      scope: 'local',
      path: own,
      roots: (document) => localRoots(place, document),
      folder: place.workspaces[0] ?? place.home,
    };
    return [
      ...userFiles('claude-code', place, FORM, [own]),
      local,
      ...projectFiles('claude-code', place, FORM, ['.mcp.json']),
      ...managedFiles('claude-code', place, FORM, {
        linux: ['etc', 'claude-code', MANAGED],
        darwin: ['Library', 'Application Support', 'ClaudeCode', MANAGED],
        win32: ['Program Files', 'ClaudeCode', MANAGED],
      }),
    ];
  },
  restart: 'Claude Code: start a new session',
};
