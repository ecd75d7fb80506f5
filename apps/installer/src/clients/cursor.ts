import { type ClientFiles, fileForm, pathsOf, projectFiles, userFiles } from './client-files.ts';

const FORM = fileForm(['mcpServers']);

/** Cursor: the person's file and the project's. */
export const cursor: ClientFiles = {
  client: 'cursor',
  files: (place) => {
    const { join } = pathsOf(place);
    return [
      ...userFiles('cursor', place, FORM, [join(place.home, '.cursor', 'mcp.json')]),
      ...projectFiles('cursor', place, FORM, [join('.cursor', 'mcp.json')]),
    ];
  },
  restart: 'Cursor: switch the server off and on in its settings, or restart it',
};
