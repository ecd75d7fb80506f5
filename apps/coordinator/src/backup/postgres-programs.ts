import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { BackupError } from './manifest.ts';

export interface ProgramPlace {
  readonly connectionString: string;
  /** PATH. */
  readonly programPath: string;
}

/** Runs pg_dump or pg_restore on a database. The password goes by the environment: arguments are seen by everyone. */
export async function runPostgresProgram(
  program: 'pg_dump' | 'pg_restore',
  args: readonly string[],
  { connectionString, programPath }: ProgramPlace,
): Promise<void> {
  const url = new URL(connectionString);
  const password = decodeURIComponent(url.password);
  url.password = '';
  const child = spawn(program, [...args, `--dbname=${url.href}`], {
    env: { PATH: programPath, LC_ALL: 'C', ...(password === '' ? {} : { PGPASSWORD: password }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', (error) =>
      reject(
        new BackupError(
          `${program} cannot be started (${error.message}). Install PostgreSQL's client programs, at least as new as the server, where PATH finds them.`,
        ),
      ),
    );
  });
  const [said, code] = await Promise.all([text(child.stderr), ended]);
  if (code !== 0) throw new BackupError(`${program} ended with ${code}: ${said.trim()}`);
}
