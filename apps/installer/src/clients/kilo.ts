import { type ClientFiles, fileForm, pathsOf, projectFiles, userFiles } from './client-files.ts';

const FORM = fileForm(['mcp']);

/** Kilo Code 7 and newer. The first file of each scope is the one that is made where none is there. */
export const kilo: ClientFiles = {
  client: 'kilo',
  files: (place) => {
    const { join } = pathsOf(place);
    const folder = join(place.home, '.config', 'kilo');
    return [
      ...userFiles('kilo', place, FORM, [join(folder, 'kilo.jsonc'), join(folder, 'kilo.json')]),
      ...projectFiles('kilo', place, FORM, [
        'kilo.jsonc',
        'kilo.json',
        join('.kilo', 'kilo.jsonc'),
        join('.kilo', 'kilo.json'),
      ]),
    ];
  },
  restart: 'Kilo Code: start a new session',
};
