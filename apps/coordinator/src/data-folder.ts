import { existsSync, linkSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type KeptSecret, keptSecret } from './kept-secret.ts';

/** The folder is held by another process; the message names it. */
export class DataFolderError extends Error {}

export interface DataFolder {
  readonly path: string;
  /** A secret that is made once and kept here. */
  secret(name: string): KeptSecret;
  release(): void;
}

const LOCK_FILE = 'coordinator.lock';

interface Holder {
  pid: number;
  /** When that process started, in ticks since boot: a pid alone may have been given to someone else. */
  startTime: string;
}

/**
 * Takes the data folder for this process. The embedded database does not notice a second process on its files and would
 * lose rows, so a living holder is refused by name, and a dead one's lock is taken over.
 */
export async function takeDataFolder(
  dir: string,
  { pid, isAlive }: { pid: number; isAlive: (pid: number) => boolean },
): Promise<DataFolder> {
  const startTime = (of: number): string => startTimeOf(of, isAlive);
  const path = resolve(dir);
  makeFolder(path);
  const lockFile = join(path, LOCK_FILE);
  const mine = JSON.stringify({ pid, startTime: startTime(pid) } satisfies Holder);
  const draft = join(path, `coordinator.lock.${pid}`);
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    await takeLock({ draft, lockFile, path, startTime });
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    path,
    secret: (name) => keptSecret(join(path, 'secrets'), name),
    release: () => {
      if (existsSync(lockFile) && readFileSync(lockFile, 'utf8') === mine) rmSync(lockFile);
    },
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DataFolderError(
      `DATA_DIR: ${path} cannot be used as a folder (${(error as Error).message}). Nothing was started.`,
      { cause: error },
    );
  }
}

/** A process that was killed with much memory takes a moment to be gone, and a restart is often quicker. */
const PATIENCE_MS = 2_000;
const TRY_EVERY_MS = 50;
const ENDED = ['Z', 'X', 'x'];

interface Lock {
  draft: string;
  lockFile: string;
  path: string;
  startTime: (pid: number) => string;
}

async function takeLock({ draft, lockFile, path, startTime }: Lock): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      // A hard link either makes the name with the content in it, or fails because the name is taken.
      linkSync(draft, lockFile);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(lockFile);
    const lives = holder && startTime(holder.pid) === holder.startTime;
    if (!lives) rmSync(lockFile, { force: true });
    else if (performance.now() > until) {
      throw new DataFolderError(
        `${path} is in use by the process ${holder.pid}. Nothing was started. Stop that process, or set DATA_DIR to another folder.`,
      );
    } else await pause(TRY_EVERY_MS);
  }
}

/** The process that holds this data folder and lives; nothing where none does. */
export function holderOf(dir: string, isAlive: (pid: number) => boolean): number | undefined {
  const holder = readHolder(join(resolve(dir), LOCK_FILE));
  return holder && startTimeOf(holder.pid, isAlive) === holder.startTime ? holder.pid : undefined;
}

function readHolder(lockFile: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Field 22 of /proc/PID/stat; where there is no /proc, only whether the process lives. */
function startTimeOf(pid: number, isAlive: (pid: number) => boolean): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie holds nothing any more; it only waits for its parent to ask how it ended.
    return ENDED.includes(fields[0] ?? '') ? 'gone' : (fields[19] ?? 'unknown');
  } catch {
    return !existsSync('/proc/self') && isAlive(pid) ? 'alive' : 'gone';
  }
}

/** Absolute, as they are named and where they lead: what no MCP server should be able to read. */
export function ownPaths(paths: readonly string[]): string[] {
  const named = paths.map((path) => resolve(path));
  return [...new Set([...named, ...named.filter(existsSync).map((path) => realpathSync(path))])];
}
