import { ConfigError } from './config.ts';
import { DataFolderError } from './data-folder.ts';
import { DatabaseUnavailableError } from './start-database.ts';

/** Modules refuse what the configuration gave them by naming its variable first. */
const NAMES_A_VARIABLE = /^[A-Z]+(_[A-Z]+)+\b/;

/** What a person should read; anything else is a bug and keeps its stack. */
export function explainFailure(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DataFolderError || error instanceof DatabaseUnavailableError)
    return error.message;
  const { code, port, message, stack } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use by another program. Nothing was started. Stop that program, or set PORT to another number.`;
  if (code === 'EACCES')
    return `${message}. Nothing was started. Check the permissions, or use another PORT or DATA_DIR.`;
  if (NAMES_A_VARIABLE.test(message))
    return /nothing was started/i.test(message) ? message : `${message}. Nothing was started.`;
  return stack ?? message;
}
