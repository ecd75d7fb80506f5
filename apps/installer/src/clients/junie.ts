import { type ClientFiles, fileForm, pathsOf, projectFiles, userFiles } from './client-files.ts';

const FORM = fileForm(['mcpServers']);

/** Junie: the person's file and the project's. */
export const junie: ClientFiles = {
  client: 'junie',
  files: (place) => {
    const { join } = pathsOf(place);
    const own = join('.junie', 'mcp', 'mcp.json');
    return [...userFiles('junie', place, FORM, [join(place.home, own)]), ...projectFiles('junie', place, FORM, [own])];
  },
  restart: 'Junie: start a new session',
};
