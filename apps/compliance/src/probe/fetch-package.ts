import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { PackageReference } from '../launch/fetched-package.ts';

/** A package as it lies in a folder of its own, not started and not asked anything. */
export interface FetchedPackage {
  readonly folder: string;
  /** Absolute path of the program the package offers. */
  readonly program: string;
  readonly version: string;
  readonly integrity: string | null;
}

const FETCH_MS_MAX = 180_000;
const OUTPUT_BYTES_MAX = 8 * 1024 * 1024;
const EXACT = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)?$/;

/** Fetches an npm package at its exact version, with what it needs, and runs no script of any of them. */
export async function fetchPackage(
  { registry, name, version }: PackageReference,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<FetchedPackage, string>> {
  if (registry !== 'npm') return deny(`packages of ${registry} are not fetched by the probe`);
  if (version === null || !EXACT.test(version))
    return deny(`${name} names no exact version, so nobody knows what would run`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', `${name}@${version}`];
  const failed = await runNpm(args, folder, environment);
  if (failed !== undefined) return deny(`${name}@${version} could not be fetched: ${failed}`);
  return readFetched(name, folder);
}

function runNpm(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const options = { cwd, env, timeout: FETCH_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
  return new Promise((resolve) => {
    execFile('npm', args, options, (error, _, stderr) =>
      resolve(error === null ? undefined : (stderr.trim().split('\n').at(0) ?? error.message).slice(0, 300)),
    );
  });
}

async function readFetched(name: string, folder: string): Promise<Result<FetchedPackage, string>> {
  const own = join(folder, 'node_modules', name);
  const manifest = JSON.parse(await readFile(join(own, 'package.json'), 'utf8')) as {
    version: string;
    bin?: string | Record<string, string>;
  };
  const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as {
    packages?: Record<string, { integrity?: string }>;
  };
  const bins = typeof manifest.bin === 'string' ? { [name]: manifest.bin } : (manifest.bin ?? {});
  const bin = bins[name.split('/').at(-1) ?? name] ?? Object.values(bins)[0];
  if (bin === undefined) return deny(`${name} offers no program`);
  return accept({
    folder,
    program: join(own, bin),
    version: manifest.version,
    integrity: lock.packages?.[`node_modules/${name}`]?.integrity ?? null,
  });
}
