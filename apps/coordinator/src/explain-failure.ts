import { ConfigError } from './config.ts';
import { DataFolderError } from './data-folder.ts';
import { databaseFault } from './db/sqlstate.ts';
import { DatabaseUnavailableError } from './start-database.ts';

/** Modules refuse what the configuration gave them by naming its variable first. */
const NAMES_A_VARIABLE = /^[A-Z]+(_[A-Z]+)+\b/;

/** What a person should read; anything else is a bug and keeps its stack. */
export function explainFailure(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DataFolderError || error instanceof DatabaseUnavailableError)
    return error.message;
  const { code, port, message, stack } = error as NodeJS.ErrnoException & { port?: number };
  // A code of the system may be about anything: a port, a file.
  if (databaseFault(error) === 'unavailable' && (code === undefined || /^\d/.test(code)))
    return `The database does not answer: ${message}. What was begun at it is done as a whole or not at all. Look whether it runs, and start again.`;
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use by another program. Nothing was started. Stop that program, or set PORT to another number.`;
  if (code === 'EACCES')
    return `${message}. Nothing was started. Check the permissions, or use another PORT or DATA_DIR.`;
  if (NAMES_A_VARIABLE.test(message))
    return /nothing was started/i.test(message) ? message : `${message}. Nothing was started.`;
  return stack ?? message;
}
