import { type ClientFiles, pathsOf, projectFiles, userFiles, vscodeUserFolders } from './client-files.ts';

const ROOT = ['servers'];

/** VS Code, its insiders' build and VSCodium. */
export const vscode: ClientFiles = {
  client: 'vscode',
  files: (place) => {
    const { join } = pathsOf(place);
    return [
      ...userFiles(
        'vscode',
        place,
        ROOT,
        vscodeUserFolders(place).map((folder) => join(folder, 'mcp.json')),
      ),
      ...projectFiles('vscode', place, ROOT, [join('.vscode', 'mcp.json')]),
    ];
  },
  restart: 'VS Code: run "MCP: List Servers" and restart the server there',
};
