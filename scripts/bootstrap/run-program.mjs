import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './project.mjs';

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Ending */

/** The Node that the project brings along, whatever the machine has. */
export const NODE = join(ROOT, 'node_modules', '.bin', 'node');

/** @type {readonly NodeJS.Signals[]} */
const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/**
 * Hands signals on, each kind once: npm repeats those that a terminal has already sent to everyone.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} ends it
 */
function forwardSignals(child) {
  const listeners = FORWARDED.map((signal) => {
    let forwarded = false;
    const listener = () => {
      // Ctrl-C in a terminal reaches the whole process group; a second SIGINT would mean "at once" to the child.
      const sentByTerminal = signal === 'SIGINT' && process.stdin.isTTY === true;
      if (!forwarded && !sentByTerminal) child.kill(signal);
      forwarded = true;
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  return () => {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  };
}

/**
 * Runs a program to its end, which a signal to this process does not cut short but passes on.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<Ending>} rejects when the program cannot be started
 */
export async function runProgram(file, args, options) {
  const child = spawn(file, args, options);
  const stopForwarding = forwardSignals(child);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
  } finally {
    stopForwarding();
  }
}

/** @param {Ending} ending */
export function describeEnding({ code, signal }) {
  return signal ?? `code ${code}`;
}

/**
 * Runs a program on the project's Node in place of this process: same terminal, same signals, same end.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env what the program gets beside the present environment
 */
export async function becomeNode(args, env = {}) {
  const { code, signal } = await runProgram(NODE, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (signal === null) process.exit(code ?? 1);
  process.kill(process.pid, signal);
  // Only reached when this process ignores the signal: the shell's number for it, then.
  setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
}
