import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SNAPSHOT_DAYS } from '../files/snapshots.ts';

const DAY_MS = 86_400_000;

/**
 * Drops sets of secrets that no text names any more. They are kept as long as the snapshots that undoing could bring
 * back, since those name them.
 */
export async function forgetUnusedSecrets(folder: string, namedIn: readonly string[], nowMs: number): Promise<void> {
  const old: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const { mtimeMs } = await stat(join(folder, name));
    if (nowMs - mtimeMs > SNAPSHOT_DAYS * DAY_MS) old.push(name);
  }
  if (old.length === 0) return;
  for (const name of old) {
    const setName = name.replace(/\.json$/, '');
    if (!namedIn.some((text) => text.includes(setName))) await unlink(join(folder, name));
  }
}
