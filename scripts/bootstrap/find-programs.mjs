import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** @param {string} directory */
function entries(directory) {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/**
 * The first executable of these names on PATH.
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function findOnPath(names, env = process.env) {
  const directories = (env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  for (const name of names) {
    const found = directories.map((directory) => join(directory, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The folder with PostgreSQL's server programs. Debian keeps them off PATH, one folder for each major version.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function findPostgresFolder(env = process.env) {
  const versioned = entries('/usr/lib/postgresql')
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join('/usr/lib/postgresql', version, 'bin'));
  const onPath = (env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  return [...versioned, ...onPath].find((directory) =>
    ['initdb', 'postgres', 'pg_ctl'].every((name) => isExecutable(join(directory, name))),
  );
}

/**
 * A Chromium that browser tests can drive: `CHROMIUM_PATH`, else what PATH offers.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function findChromium(env = process.env) {
  if (env.CHROMIUM_PATH) return isExecutable(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : undefined;
  return findOnPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'], env);
}

/** Where Debian keeps servers: not on everyone's PATH. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/** @param {string} name @param {NodeJS.ProcessEnv} env */
const findServer = (name, env) => findOnPath([name], { PATH: [env.PATH ?? '', ...SYSTEM_FOLDERS].join(delimiter) });

/** @param {NodeJS.ProcessEnv} env */
export const findHaproxy = (env = process.env) => findServer('haproxy', env);

/** @param {NodeJS.ProcessEnv} env */
export const findPrometheus = (env = process.env) => findServer('prometheus', env);

/** @param {NodeJS.ProcessEnv} env */
export const findRedis = (env = process.env) => findServer('redis-server', env);

/** @param {NodeJS.ProcessEnv} env */
export const findNginx = (env = process.env) => findServer('nginx', env);
