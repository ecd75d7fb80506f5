import { type ClientFiles, fileForm, pathsOf, projectFiles, userFiles, vscodeUserFolders } from './client-files.ts';

const FORM = fileForm(['mcpServers']);

/** Kilo Code before 7: the VS Code extension, the CLI, and the project's own file. */
export const kilocode: ClientFiles = {
  client: 'kilocode',
  files: (place) => {
    const { join } = pathsOf(place);
    const extension = join('globalStorage', 'kilocode.kilo-code', 'settings', 'mcp_settings.json');
    return [
      ...userFiles('kilocode', place, FORM, [
        join(place.home, '.kilocode', 'cli', 'global', 'settings', 'mcp_settings.json'),
        ...vscodeUserFolders(place).map((folder) => join(folder, extension)),
      ]),
      ...projectFiles('kilocode', place, FORM, [join('.kilocode', 'mcp.json')]),
    ];
  },
  restart: 'Kilo Code: refresh its MCP servers',
};
