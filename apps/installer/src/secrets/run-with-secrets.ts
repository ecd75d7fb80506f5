import { spawn } from 'node:child_process';
import type { SecretStore } from './secret-store.ts';

/** Signals a client may send its server; each is passed on. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
const SIGNAL_CODE_BASE = 128;
const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGTERM: 15,
};

/** What the launcher is told on its command line, and the process it stands in for. */
export interface LauncherRun {
  readonly store: SecretStore;
  readonly setName: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onSignal: (signal: NodeJS.Signals, pass: (signal: NodeJS.Signals) => void) => void;
  readonly warn: (message: string) => void;
}

/** Runs one command with the secrets of a set in its environment, and answers its exit code. stdio is the caller's own. */
export async function runWithSecrets({
  store,
  setName,
  argv,
  environment,
  onSignal,
  warn,
}: LauncherRun): Promise<number> {
  const set = await store.read(setName);
  const [command, ...args] = argv;
  if (set === null || command === undefined) {
    warn(
      `mcp-installer: there is no set of secrets named ${JSON.stringify(setName)} on this machine. The server was not started. Install it again.`,
    );
    return 78;
  }
  const child = spawn(command, args, { stdio: 'inherit', env: { ...environment, ...set.values } });
  for (const signal of FORWARDED) onSignal(signal, (received) => child.kill(received));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      warn(`mcp-installer: ${command} could not be started: ${error.message}`);
      resolve(127);
    });
    child.once('exit', (code, signal) =>
      resolve(code ?? SIGNAL_CODE_BASE + (SIGNAL_NUMBERS[signal ?? 'SIGTERM'] ?? 15)),
    );
  });
}
