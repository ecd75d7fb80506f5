import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { bytesHash, readBytes } from './file-bytes.ts';

export type Written = { readonly ok: true } | { readonly ok: false; readonly found: string };

const TEMP_MARK = '.mcp-installer-';
const tempName = (path: string): string =>
  join(dirname(path), `.${basename(path)}${TEMP_MARK}${randomBytes(6).toString('hex')}.tmp`);

/**
 * Replaces the bytes of a file, or makes it, so that at every moment the old or the new bytes are there, whole: written beside,
 * synced, renamed, the folder synced. Mode and owner stay. `path` must be a real path (a symbolic link would be replaced).
 * `expected` is the hash the change was decided on; when the file is another just before the rename, nothing is changed.
 */
export async function replaceFile(path: string, bytes: Uint8Array, expected: string): Promise<Written> {
  const temp = tempName(path);
  try {
    const found = await writeBeside(path, temp, bytes, expected);
    if (found !== null) return { ok: false, found };
    await rename(temp, path);
  } finally {
    await rm(temp, { force: true });
  }
  await syncFolder(dirname(path));
  return { ok: true };
}

/** Answers null when the file is still the expected one after the new bytes were written beside it. */
async function writeBeside(path: string, temp: string, bytes: Uint8Array, expected: string): Promise<string | null> {
  const before = await readBytes(path);
  const file = await open(temp, 'wx', before?.mode ?? 0o600);
  try {
    await file.writeFile(bytes);
    if (before !== null) await keepOwner(file, before);
    await file.sync();
  } finally {
    await file.close();
  }
  const found = bytesHash((await readBytes(path))?.bytes ?? null);
  return found === expected ? null : found;
}

async function keepOwner(
  file: Awaited<ReturnType<typeof open>>,
  before: { mode: number; uid: number; gid: number },
): Promise<void> {
  const own = await file.stat();
  // Only root may give a file away; for anyone else the file is their own already, or keeps its group by the folder's rule.
  if (own.uid !== before.uid || own.gid !== before.gid) await file.chown(before.uid, before.gid).catch(() => undefined);
  await file.chmod(before.mode);
}

/** Removes a file that a change had made, when it still has the bytes it was given. */
export async function removeFile(path: string, expected: string): Promise<Written> {
  const found = bytesHash((await readBytes(path))?.bytes ?? null);
  if (found !== expected) return { ok: false, found };
  await unlink(path);
  await syncFolder(dirname(path));
  return { ok: true };
}

/** Makes the missing folders of a path; answers those it made, outermost first. */
export async function makeFolders(folder: string): Promise<string[]> {
  const first = await mkdir(folder, { recursive: true, mode: 0o755 });
  if (first === undefined) return [];
  const made: string[] = [];
  for (let at = folder; at.length >= first.length; at = dirname(at)) made.unshift(at);
  return made;
}

/** Removes folders that a change had made and that are empty again, innermost first. */
export async function removeEmptyFolders(folders: readonly string[]): Promise<void> {
  for (const folder of [...folders].reverse()) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

/** Drops what a killed writer left beside the file. Only for the holder of the file's lock. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `.${basename(path)}${TEMP_MARK}`;
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (name.startsWith(prefix) && name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
}

/** A rename is durable only once its folder is; systems that cannot sync a folder do not need it. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  if (handle === null) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}
