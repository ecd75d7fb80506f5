import { TOML } from '../files/config-document.ts';
import { type ClientFiles, fileForm, managedFiles, pathsOf, projectFiles, userFiles } from './client-files.ts';

const FORM = fileForm(['mcp_servers'], { format: TOML });

/** Codex: the person's file, the project's (of trusted projects), and the machine's. */
export const codex: ClientFiles = {
  client: 'codex',
  files: (place) => {
    const { join } = pathsOf(place);
    return [
      ...userFiles('codex', place, FORM, [join(place.home, '.codex', 'config.toml')]),
      ...projectFiles('codex', place, FORM, [join('.codex', 'config.toml')]),
      ...managedFiles('codex', place, FORM, {
        linux: ['etc', 'codex', 'config.toml'],
        darwin: ['etc', 'codex', 'config.toml'],
      }),
    ];
  },
  restart: 'Codex: start a new session',
};
