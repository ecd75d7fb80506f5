import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The value of a JSON file of our own, or null where there is none. Throws for one that does not parse. */
export async function readJson<T>(path: string): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  // Written by this program alone and replaced atomically: its shape is what was written.
  return text === null ? null : (JSON.parse(text) as T);
}

/** Replaces a JSON file so that after a power loss the old or the new value is there, whole. Mode 0600. */
export async function writeJsonDurably(path: string, value: unknown): Promise<void> {
  const temp = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temp, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify(value));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temp, path);
  } finally {
    await rm(temp, { force: true });
  }
  await syncFolder(dirname(path));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  // Windows opens no folders; there the rename itself is journalled by the file system.
  if (handle === null) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}
