import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressAssets } from './compress-assets.mjs';
import { alone, BootstrapError, ROOT, tell } from './project.mjs';
import { describeEnding, NODE, runProgram } from './run-program.mjs';

const DASHBOARD = join(ROOT, 'apps', 'dashboard');
const DIST = join(DASHBOARD, 'dist');
const CACHE = join(DASHBOARD, '.cache');
/** What the build is made by, beside its sources. */
const STEPS = ['build-dashboard.mjs', 'compress-assets.mjs'].map((name) => join(ROOT, 'scripts', 'bootstrap', name));
/** Holds the digest of the sources that `dist` was built from. */
const BUILT_FROM = join(CACHE, 'dist-built-from');
const SOURCES = [...STEPS, DASHBOARD, join(ROOT, 'packages'), join(ROOT, 'package-lock.json')];
const NOT_SOURCES = /^(dist|node_modules|\.cache)$|\.tsbuildinfo$|\.test\.tsx?$/;

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 */
function addToHash(hash, path) {
  hash.update(`${path.slice(ROOT.length)}\0`);
  if (statSync(path).isFile()) {
    hash.update(readFileSync(path));
    return;
  }
  const names = readdirSync(path).filter((name) => !NOT_SOURCES.test(name));
  for (const name of names.sort()) addToHash(hash, join(path, name));
}

/** By content, not by time: a checkout sets times anew, and a removed file has none. */
function digestOfSources() {
  const hash = createHash('sha256');
  for (const path of SOURCES) addToHash(hash, path);
  return hash.digest('hex');
}

/** @param {string} digest */
function isBuiltFrom(digest) {
  return existsSync(join(DIST, 'index.html')) && existsSync(BUILT_FROM) && readFileSync(BUILT_FROM, 'utf8') === digest;
}

/** Builds beside the folder that is being served and swaps the two, so that no half of a build is ever served. */
export async function buildDashboard() {
  tell('Building the dashboard ...');
  // Taken before the build: what changes while it runs is not in it.
  const digest = digestOfSources();
  const fresh = join(CACHE, 'dist');
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const ending = await runProgram(NODE, [vite, 'build', '--emptyOutDir', '--outDir', fresh, '--logLevel', 'warn'], {
    cwd: DASHBOARD,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (ending.code !== 0) {
    throw new BootstrapError(
      `The dashboard was not built: vite build ended with ${describeEnding(ending)}; its own message is above. ` +
        'Mend what it names, then run the same command again.',
    );
  }
  compressAssets(join(fresh, 'assets'));
  rmSync(DIST, { recursive: true, force: true });
  renameSync(fresh, DIST);
  writeFileSync(BUILT_FROM, digest);
}

/** Builds the dashboard when it is missing or older than what it is built from. */
export async function ensureDashboard() {
  if (isBuiltFrom(digestOfSources())) return;
  await alone(async () => {
    // Whoever held the lock before may have done it.
    if (!isBuiltFrom(digestOfSources())) await buildDashboard();
  });
}
