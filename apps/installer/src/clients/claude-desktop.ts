import { applicationData, type ClientFiles, fileForm, pathsOf, userFiles } from './client-files.ts';

/** Claude Desktop keeps one file for the person. */
export const claudeDesktop: ClientFiles = {
  client: 'claude-desktop',
  files: (place) => {
    const path = pathsOf(place).join(applicationData(place), 'Claude', 'claude_desktop_config.json');
    return userFiles('claude-desktop', place, fileForm(['mcpServers']), [path]);
  },
  restart: 'Claude Desktop: quit it and start it again',
};
