import { type ClientFiles, fileForm, pathsOf, userFiles } from './client-files.ts';

/** Windsurf keeps one file for the person. */
export const windsurf: ClientFiles = {
  client: 'windsurf',
  files: (place) => {
    const path = pathsOf(place).join(place.home, '.codeium', 'windsurf', 'mcp_config.json');
    return userFiles('windsurf', place, fileForm(['mcpServers']), [path]);
  },
  restart: 'Windsurf: refresh its MCP servers',
};
