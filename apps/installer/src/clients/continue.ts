import { type FileFormat, JSONC } from '../files/config-document.ts';
import { type ClientFiles, type ConfigFolder, fileForm, type Place, pathsOf, userFiles } from './client-files.ts';

const ROOT = ['mcpServers'];
const LISTED: FileFormat = { syntax: 'yaml', namedLists: [ROOT] };
/** What Continue wants of every file of its own form. */
const HEAD = { name: 'MCP servers', version: '0.0.1', schema: 'v1' };
const YAML_FORM = fileForm(ROOT, { format: LISTED, newFile: HEAD });
/** Files in the widespread form, as other clients write them, may lie there too. */
const JSON_FORM = fileForm(ROOT, { format: JSONC });

const formOf = (name: string) => {
  if (/^[^/\\]{1,200}\.ya?ml$/.test(name)) return YAML_FORM;
  return /^[^/\\]{1,200}\.json$/.test(name) ? JSON_FORM : undefined;
};

function serversFolder(place: Place, scope: 'user' | 'project', base: string): ConfigFolder {
  const { join } = pathsOf(place);
  const path = join(base, '.continue', 'mcpServers');
  return {
    path,
    file(name) {
      const form = formOf(name);
      return form && { ...form, client: 'continue', scope, path: join(path, name), folder: base };
    },
  };
}

/** Continue: the person's file, and a folder of files for the person and for each project. */
export const continueClient: ClientFiles = {
  client: 'continue',
  files: (place) =>
    userFiles('continue', place, YAML_FORM, [pathsOf(place).join(place.home, '.continue', 'config.yaml')]),
  folders: (place) => [
    serversFolder(place, 'user', place.home),
    ...place.workspaces.map((folder) => serversFolder(place, 'project', folder)),
  ],
  restart: 'Continue: reload its configuration',
};
