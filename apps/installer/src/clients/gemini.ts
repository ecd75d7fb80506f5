import { type ClientFiles, fileForm, managedFiles, pathsOf, projectFiles, userFiles } from './client-files.ts';

const FORM = fileForm(['mcpServers']);
const NAME = 'settings.json';

/** Gemini CLI: the settings of the person, the project and the machine. */
export const gemini: ClientFiles = {
  client: 'gemini',
  files: (place) => {
    const { join } = pathsOf(place);
    return [
      ...userFiles('gemini', place, FORM, [join(place.home, '.gemini', NAME)]),
      ...projectFiles('gemini', place, FORM, [join('.gemini', NAME)]),
      ...managedFiles('gemini', place, FORM, {
        linux: ['etc', 'gemini-cli', NAME],
        darwin: ['Library', 'Application Support', 'GeminiCli', NAME],
        win32: ['ProgramData', 'gemini-cli', NAME],
      }),
    ];
  },
  restart: 'Gemini CLI: start a new session',
};
