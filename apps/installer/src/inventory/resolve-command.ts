import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

/** Where a command leads on this machine, and whether others than its owner may replace it. */
export interface ResolvedCommand {
  readonly path: string;
  readonly othersMayWrite: boolean;
}

const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/** Null for a relative path (which client's folder?) and for a command that is nowhere on PATH. */
export async function resolveCommand(
  command: string,
  searchPath: string,
  extensions: readonly string[] = [''],
): Promise<ResolvedCommand | null> {
  if (command === '') return null;
  if (isAbsolute(command)) return described(command);
  if (command.includes('/') || command.includes('\\')) return null;
  for (const folder of searchPath.split(delimiter).filter(isAbsolute)) {
    for (const extension of extensions) {
      const found = await described(join(folder, command + extension));
      if (found !== null) return found;
    }
  }
  return null;
}

async function described(path: string): Promise<ResolvedCommand | null> {
  try {
    await access(path, constants.X_OK);
    const real = await realpath(path);
    const [file, folder] = await Promise.all([stat(real), stat(dirname(real))]);
    if (!file.isFile()) return null;
    const replaceable = (folder.mode & OTHERS_WRITE) !== 0 && (folder.mode & STICKY) === 0;
    return { path, othersMayWrite: (file.mode & OTHERS_WRITE) !== 0 || replaceable };
  } catch {
    return null;
  }
}
