import { spawnSync } from 'node:child_process';
import {
  findChromium,
  findHaproxy,
  findNginx,
  findOnPath,
  findPostgresFolder,
  findPrometheus,
  findRedis,
} from './find-programs.mjs';
import { BootstrapError, tell } from './project.mjs';

/** @typedef {'postgres' | 'chromium' | 'haproxy' | 'nginx' | 'prometheus' | 'redis'} ProgramName */

/** @type {Readonly<Record<ProgramName, { find: () => string | undefined, title: string, debianPackage: string }>>} */
const PROGRAMS = {
  postgres: {
    find: () => findPostgresFolder(),
    title: 'PostgreSQL server programs (initdb, postgres, pg_ctl)',
    debianPackage: 'postgresql',
  },
  chromium: {
    find: () => findChromium(),
    title: 'Chromium (chromium, chromium-browser or google-chrome on PATH, or CHROMIUM_PATH)',
    debianPackage: 'chromium',
  },
  haproxy: { find: () => findHaproxy(), title: 'HAProxy (haproxy)', debianPackage: 'haproxy' },
  nginx: { find: () => findNginx(), title: 'nginx (nginx)', debianPackage: 'nginx-light' },
  prometheus: { find: () => findPrometheus(), title: 'Prometheus (prometheus)', debianPackage: 'prometheus' },
  redis: { find: () => findRedis(), title: 'Redis (redis-server)', debianPackage: 'redis-server' },
};

/** What a vitest project needs beside packages. */
const NEEDS = /** @type {Readonly<Record<string, readonly ProgramName[]>>} */ ({
  unit: [],
  'coordinator-pglite': ['redis'],
  'coordinator-postgres': ['postgres', 'redis'],
  e2e: ['postgres', 'chromium', 'haproxy', 'nginx', 'prometheus'],
});

/**
 * @param {readonly string[]} args vitest's arguments
 * @returns {readonly ProgramName[]} what the selected projects need; a selection that is not understood needs everything
 */
export function programsNeeded(args) {
  const selected = args.flatMap((arg, index) => {
    if (arg === '--project') return [args[index + 1] ?? ''];
    return arg.startsWith('--project=') ? [arg.slice('--project='.length)] : [];
  });
  const projects = selected.length > 0 && selected.every((name) => name in NEEDS) ? selected : Object.keys(NEEDS);
  return [...new Set(projects.flatMap((name) => NEEDS[name] ?? []))];
}

/** @param {readonly string[]} args */
function aptGet(args) {
  const { status } = spawnSync('apt-get', ['-qq', ...args], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}

/** @param {readonly ProgramName[]} missing */
function installFromDebian(missing) {
  const packages = missing.map((name) => PROGRAMS[name].debianPackage);
  tell(`Installing what tests need: ${packages.join(', ')} (apt-get) ...`);
  return aptGet(['update']) && aptGet(['install', '--yes', '--no-install-recommends', ...packages]);
}

/**
 * Installs missing programs where that can be done without asking (as root, with apt-get); else says what is missing.
 * @param {readonly ProgramName[]} needed
 */
export function ensurePrograms(needed) {
  const missing = () => needed.filter((name) => PROGRAMS[name].find() === undefined);
  if (missing().length === 0) return;
  if (missing().includes('chromium') && process.env.CHROMIUM_PATH) {
    throw new BootstrapError(
      `CHROMIUM_PATH is ${process.env.CHROMIUM_PATH}, which cannot be run. Correct it, or unset it to use the one on PATH.`,
    );
  }
  const canInstall = process.getuid?.() === 0 && findOnPath(['apt-get']) !== undefined;
  const installed = canInstall && installFromDebian(missing());
  const still = missing();
  if (still.length === 0) return;
  const packages = still.map((name) => PROGRAMS[name].debianPackage).join(' ');
  throw new BootstrapError(
    [
      'Some tests need programs that are not here:',
      ...still.map((name) => `- ${PROGRAMS[name].title}`),
      canInstall && !installed ? 'apt-get could not install them; its own message is above.' : '',
      `On Debian and Ubuntu: sudo apt-get install ${packages}`,
      'The tests that need none of them: npm test -- --project unit --project coordinator-pglite',
    ]
      .filter((line) => line !== '')
      .join('\n'),
  );
}
