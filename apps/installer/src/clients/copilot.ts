import { type ClientFiles, fileForm, pathsOf, projectFiles, userFiles } from './client-files.ts';

const FORM = fileForm(['mcpServers']);

/** Copilot CLI: the person's file, and the project's, which it shares with Claude Code. */
export const copilot: ClientFiles = {
  client: 'copilot',
  files: (place) => {
    const { join } = pathsOf(place);
    return [
      ...userFiles('copilot', place, FORM, [join(place.home, '.copilot', 'mcp-config.json')]),
      ...projectFiles('copilot', place, FORM, ['.mcp.json']),
    ];
  },
  restart: 'Copilot CLI: start a new session',
};
