import { type ClientFiles, fileForm, pathsOf, projectFiles, userFiles, vscodeUserFolders } from './client-files.ts';

const FORM = fileForm(['mcpServers'], {
  readOnly: 'belongs to Roo Code, which was discontinued in 2026, and is only read here',
});

/** Roo Code, the VS Code extension: read, so that its servers can move to another client. */
export const roo: ClientFiles = {
  client: 'roo',
  files: (place) => {
    const { join } = pathsOf(place);
    const extension = join('globalStorage', 'rooveterinaryinc.roo-cline', 'settings', 'mcp_settings.json');
    const paths = vscodeUserFolders(place).map((folder) => join(folder, extension));
    return [...userFiles('roo', place, FORM, paths), ...projectFiles('roo', place, FORM, [join('.roo', 'mcp.json')])];
  },
  restart: 'Roo Code: refresh its MCP servers',
};
