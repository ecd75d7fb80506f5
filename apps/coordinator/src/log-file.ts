import { closeSync, fdatasyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
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

/** `onTrouble` is told once each time that writing begins to fail; the lines of such a time are lost. */
export function openLogFile(filePath: string, onTrouble: (error: unknown) => void): LogFile {
  let fd: number | undefined = open(filePath);
  let failing = false;
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
    append: (line) => attempt((to) => writeAll(to, Buffer.from(line))),
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
