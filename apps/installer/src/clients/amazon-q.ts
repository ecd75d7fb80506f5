import { type ClientFiles, fileForm, pathsOf, projectFiles, userFiles } from './client-files.ts';

const FORM = fileForm(['mcpServers']);

/** Amazon Q Developer: the default agent's file, and the older one that holds servers alone. */
export const amazonQ: ClientFiles = {
  client: 'amazon-q',
  files: (place) => {
    const { join } = pathsOf(place);
    const folder = join(place.home, '.aws', 'amazonq');
    return [
      ...userFiles('amazon-q', place, FORM, [join(folder, 'default.json'), join(folder, 'mcp.json')]),
      ...projectFiles('amazon-q', place, FORM, [join('.amazonq', 'default.json'), join('.amazonq', 'mcp.json')]),
    ];
  },
  restart: 'Amazon Q: start a new session',
};
