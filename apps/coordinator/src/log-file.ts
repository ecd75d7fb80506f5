import { closeSync, fdatasyncSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A file that lines are appended to, each before the call returns, so that the last ones before a crash are there. (pino's own
 * destination retries for ever on a full disk when it is flushed, which would hang the process as it stops.)
 */
export interface LogFile {
  append(line: string): void;
  flush(): void;
  close(): void;
}

export interface LogRotation {
  /** A file that would grow beyond this becomes `….1`, what was `….1` becomes `….2`, and so on. */
  readonly bytesMax: number;
  /** How many older files are kept. */
  readonly kept: number;
}

/** `onTrouble` is told once each time that writing begins to fail; the lines of such a time are lost. */
export function openLogFile(filePath: string, rotation: LogRotation, onTrouble: (error: unknown) => void): LogFile {
  let fd: number | undefined = open(filePath);
  let size = sizeOf(fd);
  let failing = false;
  let stuck = false;
  /** The file to go on with: a fresh one, or the same where that cannot be made. */
  const rotate = (to: number): number => {
    try {
      shift(filePath, rotation.kept);
      fd = open(filePath);
      closeSync(to);
      [size, stuck] = [0, false];
      return fd;
    } catch (error) {
      if (!stuck) onTrouble(error);
      stuck = true;
      return to;
    }
  };
  const append = (to: number, bytes: Buffer): void => {
    const full = size > 0 && size + bytes.length > rotation.bytesMax;
    writeAll(full ? rotate(to) : to, bytes);
    size += bytes.length;
  };
  const attempt = (work: (fd: number) => void): void => {
    if (fd === undefined) return;
    try {
      work(fd);
      failing = false;
    } catch (error) {
      if (!failing) onTrouble(error);
      failing = true;
    }
  };
  return {
    append: (line) => attempt((to) => append(to, Buffer.from(line))),
    flush: () => {
      if (fd !== undefined) sync(fd);
    },
    close: () => {
      attempt(closeSync);
      fd = undefined;
    },
  };
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

/** What is no regular file (a pipe, a device) does not grow, and is never rotated. */
function sizeOf(fd: number): number {
  const stat = fstatSync(fd);
  return stat.isFile() ? stat.size : Number.NEGATIVE_INFINITY;
}

function shift(filePath: string, kept: number): void {
  const numbered = (number: number): string => (number === 0 ? filePath : `${filePath}.${number}`);
  rmSync(numbered(kept), { force: true });
  for (let number = kept - 1; number >= 0; number -= 1) renameIfThere(numbered(number), numbered(number + 1));
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** What is no regular file (a pipe, a device) cannot be synced, and need not be. */
function sync(fd: number): void {
  try {
    fdatasyncSync(fd);
  } catch {
    // The lines themselves were handed over; a failing disk shows itself at the next one.
  }
}

function open(filePath: string): number {
  try {
    mkdirSync(dirname(filePath), { recursive: true, mode: 0o750 });
    return openSync(filePath, 'a', 0o640);
  } catch (cause) {
    throw new Error(`LOG_FILE_PATH: the log file ${filePath} cannot be opened; nothing was started.`, { cause });
  }
}
