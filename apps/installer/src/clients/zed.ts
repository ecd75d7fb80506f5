import { applicationData, type ClientFiles, fileForm, pathsOf, projectFiles, userFiles } from './client-files.ts';

const FORM = fileForm(['context_servers']);

/** Zed: all its settings are in one file, for the person and for the project. */
export const zed: ClientFiles = {
  client: 'zed',
  files: (place) => {
    const { join } = pathsOf(place);
    const folder =
      place.platform === 'win32' ? join(applicationData(place), 'Zed') : join(place.home, '.config', 'zed');
    return [
      ...userFiles('zed', place, FORM, [join(folder, 'settings.json')]),
      ...projectFiles('zed', place, FORM, [join('.zed', 'settings.json')]),
    ];
  },
  restart: 'Zed: nothing to do, it reads its settings again by itself',
};
