import { type ClientFiles, fileForm, pathsOf, userFiles, vscodeUserFolders } from './client-files.ts';

/** Cline, the VS Code extension. */
export const cline: ClientFiles = {
  client: 'cline',
  files: (place) => {
    const { join } = pathsOf(place);
    const extension = join('globalStorage', 'saoudrizwan.claude-dev', 'settings', 'cline_mcp_settings.json');
    const paths = vscodeUserFolders(place).map((folder) => join(folder, extension));
    return userFiles('cline', place, fileForm(['mcpServers']), paths);
  },
  restart: 'Cline: refresh its MCP servers',
};
