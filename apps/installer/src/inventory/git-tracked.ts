import { execFile } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

const GIT_TIMEOUT_MS = 5000;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** A repository's own configuration must not make git run anything while it is only asked. */
const HARMLESS = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

export type Tracked = boolean | 'unknown';
type Environment = Readonly<Record<string, string>>;

/** Whether git tracks each of these files; `unknown` where git is missing or does not say. Asks once for each repository. */
export async function gitTracked(paths: readonly string[], environment: Environment): Promise<Map<string, Tracked>> {
  const tops = new Map<string, Promise<string | null>>();
  const homes = await Promise.all(paths.map(async (path) => ({ path, top: await topOf(dirname(path), tops) })));
  const answers = new Map<string, Tracked>();
  for (const [top, files] of Map.groupBy(homes, (one) => one.top)) {
    const known =
      top === null
        ? null
        : await trackedIn(
            top,
            files.map(({ path }) => path),
            environment,
          );
    for (const { path } of files) answers.set(path, top === null ? false : (known?.has(path) ?? 'unknown'));
  }
  return answers;
}

/** The nearest folder above that is a repository's; null where there is none. */
function topOf(folder: string, known: Map<string, Promise<string | null>>): Promise<string | null> {
  const before = known.get(folder);
  if (before !== undefined) return before;
  const parent = dirname(folder);
  const found = lstat(join(folder, '.git')).then(
    () => folder,
    () => (parent === folder ? null : topOf(parent, known)),
  );
  known.set(folder, found);
  return found;
}

/** The paths among these that git lists; null where it does not answer. */
function trackedIn(top: string, paths: readonly string[], environment: Environment): Promise<Set<string> | null> {
  const names = paths.map((path) => relative(top, path).split(sep).join('/'));
  const args = [...HARMLESS, '--literal-pathspecs', '-C', top, 'ls-files', '-z', '--', ...names];
  const env = { ...environment, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
  return new Promise((resolve) => {
    execFile('git', args, { env, timeout: GIT_TIMEOUT_MS, maxBuffer: ANSWER_BYTES_MAX }, (error, stdout) => {
      const listed = new Set(stdout.split('\0'));
      resolve(error === null ? new Set(paths.filter((_, index) => listed.has(names[index] ?? ''))) : null);
    });
  });
}
