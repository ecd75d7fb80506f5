import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withExclusiveLock } from './exclusive-lock.mjs';

/** The repository's root, without a slash at the end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

/** A failure that a person can act on: its message says what happened and what to do. */
export class BootstrapError extends Error {
  /** @override */
  name = 'BootstrapError';
}

/**
 * Standard output belongs to the program that is started.
 * @param {string} message
 */
export function tell(message) {
  process.stderr.write(`${message}\n`);
}

/**
 * Runs a script's main function; a failure that a person can act on is shown without a stack.
 * @param {() => Promise<void>} main
 */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    tell(error.message);
    process.exitCode = 1;
  }
}

/**
 * Installs or builds while no other process does so here: two starts of a fresh clone must not write over each other.
 * @param {() => Promise<void>} work
 */
export async function alone(work) {
  await withExclusiveLock(join(ROOT, '.cache', 'bootstrap.lock'), work, () =>
    tell('Another process is installing or building here; waiting for it ...'),
  );
}
