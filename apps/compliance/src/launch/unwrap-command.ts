import type { Launch } from '@mcp-coordinator/contract/inventory.contract';

/** The program that really starts and its arguments, each with its place in the entry's argument list. */
export interface Invocation {
  readonly program: string;
  readonly args: readonly Argument[];
  /** Shells and starters taken off the front, outermost first. */
  readonly wrappers: readonly string[];
}
export interface Argument {
  readonly value: string;
  /** RFC 6901, relative to the launch. */
  readonly pointer: string;
}

/** `C:\bin\NPX.cmd` and `/usr/bin/npx` are both `npx`. */
export const programName = (command: string): string =>
  (command.split(/[\\/]/).at(-1) ?? '').toLowerCase().replace(/\.(?:exe|cmd|bat|ps1|sh)$/, '');

const STARTERS = new Set(['env', 'nohup', 'nice', 'sudo', 'exec', 'time', 'stdbuf', 'command', 'winpty']);

/** Looks through `cmd /c`, `env A=b` and their like; undefined for a server that is not started from here. */
export function unwrapCommand(launch: Launch): Invocation | undefined {
  if (launch.command === undefined || launch.command.trim() === '') return undefined;
  let program = programName(launch.command);
  let args: Argument[] = (launch.args ?? []).map((value, index) => ({ value, pointer: `/args/${index}` }));
  const wrappers: string[] = [];
  for (let inner = peel(program, args); inner !== undefined && wrappers.length < 5; inner = peel(program, args)) {
    wrappers.push(program);
    program = programName(inner[0]?.value ?? '');
    args = inner.slice(1);
  }
  return { program, args, wrappers };
}

/** The words behind a starter, the program first; undefined when this is no starter. */
function peel(program: string, args: readonly Argument[]): Argument[] | undefined {
  if (program === 'cmd') {
    const run = args.findIndex(({ value }) => /^\/[ck]$/i.test(value));
    return run >= 0 && run + 1 < args.length ? args.slice(run + 1) : undefined;
  }
  const launched = launchedBy(program, args);
  if (launched !== undefined) return launched;
  if (!STARTERS.has(program)) return undefined;
  const first = args.findIndex(({ value }) => !value.startsWith('-') && !/^[A-Za-z_]\w*=/.test(value));
  return first < 0 ? undefined : args.slice(first);
}

/**
 * What the coordinator's own launcher starts, handing secrets to one process: `mcp-installer run --data-dir DIR NAME --
 * command …`, or `node …/mcp-installer.mjs run …`, as the installer writes it. Its own arguments give nobody access.
 */
function launchedBy(program: string, args: readonly Argument[]): Argument[] | undefined {
  const isScript = program === 'node' && /(?:^|[\\/])mcp-installer\.mjs$/.test(args[0]?.value ?? '');
  const own = isScript ? args.slice(1) : args;
  if ((!isScript && program !== 'mcp-installer') || own[0]?.value !== 'run') return undefined;
  const separator = own.findIndex(({ value }) => value === '--');
  return separator >= 0 && separator + 1 < own.length ? own.slice(separator + 1) : undefined;
}
