import { YAML } from '../files/config-document.ts';
import { applicationData, type ClientFiles, fileForm, pathsOf, userFiles } from './client-files.ts';

/** Goose keeps one file for the person. */
export const goose: ClientFiles = {
  client: 'goose',
  files: (place) => {
    const { join } = pathsOf(place);
    const folder =
      place.platform === 'win32'
        ? join(applicationData(place), 'Block', 'goose', 'config')
        : join(place.home, '.config', 'goose');
    return userFiles('goose', place, fileForm(['extensions'], { format: YAML }), [join(folder, 'config.yaml')]);
  },
  restart: 'Goose: start a new session',
};
