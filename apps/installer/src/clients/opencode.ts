import { opencodeRoots } from '@mcp-coordinator/core/configuration/dialects/opencode';
import { type ClientFiles, fileForm, pathsOf, projectFiles, userFiles } from './client-files.ts';

const FORM = fileForm([], { roots: opencodeRoots });

/** opencode: the person's file and the project's, each in one of two forms. The first of each scope is made where none is there. */
export const opencode: ClientFiles = {
  client: 'opencode',
  files: (place) => {
    const { join } = pathsOf(place);
    const folder = join(place.home, '.config', 'opencode');
    return [
      ...userFiles('opencode', place, FORM, [join(folder, 'opencode.json'), join(folder, 'opencode.jsonc')]),
      ...projectFiles('opencode', place, FORM, ['opencode.json', 'opencode.jsonc']),
    ];
  },
  restart: 'opencode: start a new session',
};
