import { type ClientFiles, fileForm, pathsOf, projectFiles, userFiles, vscodeUserFolders } from './client-files.ts';

const FORM = fileForm(['servers']);

/** VS Code, its insiders' build and VSCodium. */
export const vscode: ClientFiles = {
  client: 'vscode',
  files: (place) => {
    const { join } = pathsOf(place);
    return [
      ...userFiles(
        'vscode',
        place,
        FORM,
        vscodeUserFolders(place).map((folder) => join(folder, 'mcp.json')),
      ),
      ...projectFiles('vscode', place, FORM, [join('.vscode', 'mcp.json')]),
    ];
  },
  restart: 'VS Code: run "MCP: List Servers" and restart the server there',
};
