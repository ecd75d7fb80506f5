import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';

/** The folders that may be read and written; nothing outside them is. Absolute paths. */
export interface Roots {
  readonly home: string;
  readonly workspaces: readonly string[];
  /** Where a managed configuration may be read, never written (`/` in production where asked for). */
  readonly managed?: string;
}

/** A path that was found to lie inside the roots, symbolic links followed. */
export interface GuardedPath {
  readonly path: string;
  /** Where the bytes are: the end of every symbolic link on the way. */
  readonly realPath: string;
  readonly exists: boolean;
}

const isMissing = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  // Where nothing may be looked at, and where links lead in a circle, nothing can be opened either.
  return ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP'].includes(code ?? '');
};

/** The real path, or null where nothing is. */
async function realPathOf(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Where a path that is not there yet would come to lie: its deepest existing folder, resolved, and the rest. */
async function futureRealPath(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  const real = await realPathOf(parent);
  return join(real ?? (await futureRealPath(parent)), basename(path));
}

/** Where a path leads, or would once it is there: symbolic links followed as far as there is something. */
export const leadsTo = async (path: string): Promise<string> =>
  (await realPathOf(path)) ?? (await futureRealPath(path));

const isLink = (path: string): Promise<boolean> =>
  lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );

export function isInside(root: string, path: string): boolean {
  const between = relative(root, path);
  return between === '' || (!between.startsWith(`..${sep}`) && between !== '..' && !isAbsolute(between));
}

/** Refuses a path that is relative or leads, by itself or through symbolic links, out of the roots. */
export async function guardPath(path: string, roots: Roots): Promise<Result<GuardedPath, Refusal<'action_refused'>>> {
  if (!isAbsolute(path) || path.includes('\0'))
    return deny(refuse('action_refused', `The path ${JSON.stringify(path)} is not absolute. Nothing was changed.`));
  const clean = resolve(path);
  const real = await realPathOf(clean);
  if (real === null && (await isLink(clean))) {
    return deny(
      refuse(
        'action_refused',
        `${clean} is a symbolic link to nothing. Nothing was changed. Remove the link, or make the file it names.`,
      ),
    );
  }
  const target = real ?? (await futureRealPath(clean));
  const allowed = await Promise.all(
    [roots.home, ...roots.workspaces].map(async (root) => (await realPathOf(root)) ?? resolve(root)),
  );
  if (!allowed.some((root) => isInside(root, target))) {
    return deny(
      refuse(
        'action_refused',
        `${clean} lies outside the installer's roots. Nothing was changed. Name a file under the home or a workspace folder.`,
      ),
    );
  }
  return accept({ path: clean, realPath: target, exists: real !== null });
}
