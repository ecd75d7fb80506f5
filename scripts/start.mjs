// Starts the coordinator from a fresh clone as well as from a working one. It runs on the machine's own Node, before
// anything is installed: nothing but Node's own modules may be imported here or in ./bootstrap.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDashboard } from './bootstrap/build-dashboard.mjs';
import { ensurePackages } from './bootstrap/install-packages.mjs';
import { BootstrapError, ROOT, runScript } from './bootstrap/project.mjs';
import { becomeNode } from './bootstrap/run-program.mjs';

const ENV_FILE = join(ROOT, '.env');

/** @type {Readonly<Record<string, { args: readonly string[], dashboard: boolean, env?: NodeJS.ProcessEnv }>>} */
const COMMANDS = {
  all: { args: ['serve', '--local-servers'], dashboard: true },
  web: { args: ['serve'], dashboard: true },
  // Beats .env, where LOG_LEVEL usually stands, but not a variable that was set on the command line.
  debug: {
    args: ['serve', '--local-servers'],
    dashboard: true,
    env: { LOG_LEVEL: process.env.LOG_LEVEL || 'debug' },
  },
  migrate: { args: ['migrate'], dashboard: false },
};

await runScript(async () => {
  const [name = 'all', ...rest] = process.argv.slice(2);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new BootstrapError(`Unknown command "${name}": one of ${Object.keys(COMMANDS).join(', ')}.`);
  }
  await ensurePackages();
  if (command.dashboard) await ensureDashboard();
  await becomeNode(
    [
      // What is already set in the environment wins over the file.
      ...(existsSync(ENV_FILE) ? [`--env-file=${ENV_FILE}`] : []),
      join(ROOT, 'apps', 'coordinator', 'src', 'main.ts'),
      ...command.args,
      ...rest,
    ],
    {
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, 'node_modules', '.cache', 'node-compile-cache'),
      ...command.env,
    },
  );
});
