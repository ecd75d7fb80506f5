import { execFile } from 'node:child_process';

/** `missing`: the registry says that there is no such package or version. `away`: it could not be asked. */
export type Viewed =
  | { readonly kind: 'found'; readonly version: string; readonly integrity: string | null }
  | { readonly kind: 'missing' }
  | { readonly kind: 'away'; readonly reason: string };

export type PackageRegistry = 'npm' | 'pypi' | 'oci';

/** Asks the registry for a version. A port: tests answer from memory. */
export type ViewPackage = (name: string, wanted: string, registry?: PackageRegistry) => Promise<Viewed>;

/** A preview of several packages has half a minute in all. */
const VIEW_MS_MAX = 15_000;

/** Asks through this machine's own npm, so that its registry, proxy and certificates apply. Runs no script of the package. */
export const npmView =
  (environment: Readonly<Record<string, string>>): ViewPackage =>
  (name, wanted) =>
    new Promise((resolve) => {
      const args = [
        'view',
        `${name}@${wanted === '' ? 'latest' : wanted}`,
        'version',
        'dist.integrity',
        '--json',
        '--fetch-retries=1',
        '--fetch-timeout=10000',
      ];
      execFile('npm', args, { env: environment, timeout: VIEW_MS_MAX, maxBuffer: 8 * 1024 * 1024 }, (error, stdout) => {
        resolve(readAnswer(stdout, error));
      });
    });

function readAnswer(stdout: string, error: (Error & { code?: unknown; killed?: boolean }) | null): Viewed {
  if (error?.code === 'ENOENT') return { kind: 'away', reason: 'npm is not installed here' };
  if (error?.killed === true) return { kind: 'away', reason: 'the npm registry did not answer in time' };
  const answer = parse(stdout);
  const code = (answer as { error?: { code?: unknown } } | null)?.error?.code;
  if (code === 'E404' || (error === null && answer === null)) return { kind: 'missing' };
  if (error !== null)
    return {
      kind: 'away',
      reason: `the npm registry could not be asked (${typeof code === 'string' ? code : 'npm failed'})`,
    };
  // A range that several versions meet answers a list, oldest first.
  const newest = (Array.isArray(answer) ? answer.at(-1) : answer) as
    | { version?: unknown; 'dist.integrity'?: unknown }
    | string
    | null;
  const version = typeof newest === 'string' ? newest : newest?.version;
  const integrity = typeof newest === 'string' ? undefined : newest?.['dist.integrity'];
  if (typeof version !== 'string') return { kind: 'away', reason: 'the answer of npm is not understood' };
  return { kind: 'found', version, integrity: typeof integrity === 'string' ? integrity : null };
}

function parse(stdout: string): unknown {
  try {
    return stdout.trim() === '' ? null : JSON.parse(stdout);
  } catch {
    return null;
  }
}
