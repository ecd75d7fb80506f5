import { execFile } from 'node:child_process';
import { basename, dirname } from 'node:path';

const GIT_TIMEOUT_MS = 5000;
/** A repository's own configuration must not make git run anything while it is only asked. */
const HARMLESS = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/** Whether git tracks a file; `unknown` where git is missing or does not say. */
export function gitTracked(path: string, environment: Readonly<Record<string, string>>): Promise<boolean | 'unknown'> {
  const args = [...HARMLESS, '-C', dirname(path), 'ls-files', '--error-unmatch', '--', basename(path)];
  const env = { ...environment, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
  return new Promise((resolve) => {
    execFile('git', args, { env, timeout: GIT_TIMEOUT_MS }, (error, _stdout, stderr) => {
      if (error === null) resolve(true);
      // 1: not tracked here. 128: no repository, or one that git will not read for this user.
      else if (error.code === 1 || stderr.includes('not a git repository')) resolve(false);
      else resolve('unknown');
    });
  });
}
