import { readFile, stat } from 'node:fs/promises';
import { ConfigError } from './config.ts';

const NAME = 'COORDINATOR_API_KEY_FILE';
const OTHERS = 0o077;

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment with the API key out of its file, where one is named; a file that others may read is refused. */
export async function withKeyFile(environment: Environment, platform: NodeJS.Platform): Promise<Environment> {
  const path = environment[NAME] || undefined;
  if (path === undefined || environment['COORDINATOR_API_KEY']) return environment;
  const stats = await stat(path).catch(() => null);
  if (stats === null) throw new ConfigError(`${NAME} names ${path}, which is not there`);
  if (platform !== 'win32' && (stats.mode & OTHERS) !== 0)
    throw new ConfigError(`${NAME} names ${path}, which others may read. Run chmod 600 ${path}`);
  const key = (await readFile(path, 'utf8')).trim();
  if (key === '') throw new ConfigError(`${NAME} names ${path}, which holds no key`);
  return { ...environment, COORDINATOR_API_KEY: key };
}
