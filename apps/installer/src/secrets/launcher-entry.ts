import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import type { Machine } from '../machine.ts';

/** A launch without the launcher around it, and the set of secrets the launcher would hand over. */
export interface Unwrapped {
  readonly launch: Launch;
  readonly secretSet: string | null;
}

/** Starts a server through this installer's launcher: `mcp-installer run --data-dir DIR NAME -- command …`. */
export function wrapLaunch(launch: Launch, setName: string, { launcher, dataDir }: Machine): Launch {
  const [program = 'mcp-installer', ...first] = launcher;
  const args = [...first, 'run', '--data-dir', dataDir, setName, '--', launch.command ?? '', ...(launch.args ?? [])];
  return { ...launch, command: program, args };
}

/** Finds the launcher by its own words, wherever the installer lay when the entry was written. */
export function unwrapLaunch(launch: Launch): Unwrapped {
  const args = launch.args ?? [];
  const run = args.indexOf('run');
  const [option, , setName, separator, command] = args.slice(run + 1);
  const isOurs =
    run >= 0 &&
    run <= 1 &&
    option === '--data-dir' &&
    separator === '--' &&
    /mcp-installer/.test([launch.command, args[0]].join(' '));
  if (!isOurs || setName === undefined || command === undefined) return { launch, secretSet: null };
  return { launch: { ...launch, command, args: args.slice(run + 6) }, secretSet: setName };
}
