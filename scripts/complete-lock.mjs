// Lists in package-lock.json the optional packages for other platforms that npm left out of it.
//
// A registry need not carry every platform's build of a tool. npm install passes over one that it cannot get and writes
// no entry for it; npm ci then refuses the whole lock because the entry is missing. Entries without integrity are
// enough: npm ci skips them on a platform that they are not for.
//
//   node scripts/complete-lock.mjs           adds what is missing
//   node scripts/complete-lock.mjs --check   only says what is missing, and fails if anything is
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BootstrapError, ROOT, runScript, tell } from './bootstrap/project.mjs';

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 */
/** @typedef {{ packages: Record<string, LockedPackage> }} Lock */

const LOCK_FILE = join(ROOT, 'package-lock.json');
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/**
 * Platform packages carry their platform in their name: cli-linux-x64-musl, binding-win32-arm64-msvc, darwin-arm64.
 * @param {string} name
 * @returns {{ os: string[], cpu: string[], libc?: string[] }}
 */
function platformOf(name) {
  const words = name.replace(/^@[^/]+\//, '').split(/[-/]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (os.length !== 1 || cpu.length !== 1) {
    throw new BootstrapError(
      `package-lock.json lacks the optional package ${name}, and its name does not say which platform it is for. ` +
        'Install it where the registry has it, or replace the package that asks for it.',
    );
  }
  const isMusl = words.some((word) => word.startsWith('musl'));
  const isGlibc = words.some((word) => word.startsWith('gnu'));
  const libc = isMusl ? ['musl'] : isGlibc ? ['glibc'] : undefined;
  return { os, cpu, ...(libc && os[0] === 'linux' ? { libc } : {}) };
}

/**
 * Node's own search: beside the package that asks, then in every node_modules above it.
 * @param {Lock} lock
 * @param {string} from
 * @param {string} name
 */
function resolve(lock, from, name) {
  for (let folder = from; ; ) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[path]) return path;
    if (folder === '') return undefined;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')));
  }
}

/** @param {Lock} lock */
function missingPackages(lock) {
  return Object.entries(lock.packages).flatMap(([path, locked]) =>
    Object.entries(locked.optionalDependencies ?? {})
      .filter(([name]) => resolve(lock, path, name) === undefined)
      .map(([name, version]) => ({ name, version, dev: locked.dev === true })),
  );
}

/** @param {Lock} lock */
function sorted(lock) {
  // npm's own order, so that its next run changes nothing.
  const paths = Object.keys(lock.packages).sort((a, b) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(paths.map((path) => [path, lock.packages[path]])) };
}

await runScript(async () => {
  /** @type {Lock} */
  const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
  const missing = missingPackages(lock);
  if (missing.length === 0) return;
  if (process.argv.includes('--check')) {
    throw new BootstrapError(
      `package-lock.json lacks ${missing.length} optional packages for other platforms, so that npm ci would fail: ` +
        `${missing.map(({ name }) => name).join(', ')}\nRun: node scripts/complete-lock.mjs`,
    );
  }
  for (const { name, version, dev } of missing) {
    if (!/^\d+\.\d+\.\d+/.test(version)) {
      throw new BootstrapError(`The optional package ${name} is asked for as "${version}", which is no exact version.`);
    }
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(dev ? { dev } : {}),
      optional: true,
    };
  }
  writeFileSync(LOCK_FILE, `${JSON.stringify(sorted(lock), null, 2)}\n`);
  tell(`Added ${missing.length} optional packages for other platforms to package-lock.json.`);
});
