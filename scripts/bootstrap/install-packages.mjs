import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, BootstrapError, ROOT, tell } from './project.mjs';
import { describeEnding, runProgram } from './run-program.mjs';

/** @typedef {{ version?: string, resolved?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} LockedPackage */

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT' || error instanceof SyntaxError)
      return undefined;
    throw error;
  }
}

/**
 * npm notes in node_modules what it has installed, as the last step of an installation: one that broke off has no note.
 * An optional package may be absent, since most of them are for other platforms.
 * @param {string} root
 * @returns {boolean} whether node_modules is what package-lock.json asks for
 */
export function packagesAreInstalled(root) {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  if (wanted === undefined) {
    throw new BootstrapError('package-lock.json is missing or damaged. Restore it: git checkout package-lock.json');
  }
  const installed = lockedPackages(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, locked]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = installed[path];
    if (found === undefined) return locked.optional === true || locked.devOptional === true;
    return locked.link ? found.resolved === locked.resolved : found.version === locked.version;
  });
}

/** npm as this process was started by it, else as PATH has it. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script === undefined || !/\.[cm]?js$/.test(script)) return { file: 'npm', args: [] };
  // Not this process's own Node where that one comes from node_modules, which npm is about to remove.
  return { file: process.env.npm_node_execpath ?? process.execPath, args: [script] };
}

async function install() {
  tell('Installing packages (npm ci) ...');
  const { file, args } = npmCommand();
  // Node 24, the compiler and the bundler are development dependencies: NODE_ENV=production must not leave them out.
  const ci = [...args, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const ending = await runProgram(file, ci, { cwd: ROOT, stdio: ['ignore', 2, 2] }).catch((error) => {
    throw new BootstrapError(`npm could not be started (${error.message}). Install npm 8 or newer and try again.`);
  });
  if (ending.code !== 0) {
    throw new BootstrapError(
      [
        `Packages are not installed: npm ci ended with ${describeEnding(ending)}; its own message is above.`,
        '- Is the package registry reachable from here (npm ping), through a proxy if one is needed (npm config set proxy ...)?',
        '- "can only install packages when your package.json and package-lock.json are in sync":',
        '  npm install && node scripts/complete-lock.mjs',
        '- Then run the same command again; what was left half installed is replaced.',
      ].join('\n'),
    );
  }
  if (!existsSync(join(ROOT, 'node_modules', '.bin', 'node'))) {
    throw new BootstrapError(
      'npm ci went well but brought no Node 24. Install scripts are probably switched off: npm config get ignore-scripts must say false.',
    );
  }
}

/** Installs what package-lock.json lists, when it is not installed. */
export async function ensurePackages() {
  if (packagesAreInstalled(ROOT)) return;
  await alone(async () => {
    // Whoever held the lock before may have done it.
    if (!packagesAreInstalled(ROOT)) await install();
  });
}
