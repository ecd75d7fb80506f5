import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readdirSync } from 'node:fs';
import { readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';

/** npm's own copy of the lock names the folder it was made in. */
const SKIPPED = 'node_modules/.package-lock.json';
const AT_ONCE = 16;
/** So many files are looked at in one go; between them whatever else waits has its turn. */
const SLICE = 500;
const EXECUTABLE = 0o111;
/** A stream for each of thousands of small files takes longer than reading them. */
const WHOLE_BYTES_MAX = 1024 * 1024;

/**
 * SHA-256 over everything in a folder, by path: bytes, links, and whether a file may be run. `except` are names at its top
 * that do not count.
 */
export const treeDigest = (folder: string, except: readonly string[] = []): Promise<string> =>
  overTree(folder, except, contentOf);

/**
 * The same over what the system notes of each file: which one it is, how large, and when it was last written or touched. Much
 * quicker, and another after every change; but another as well for a copy.
 */
export const treeStamp = (folder: string, except: readonly string[] = []): Promise<string> =>
  overTree(folder, except, (path) => {
    // Handing each of thousands of files to another thread takes ten times as long as looking at it.
    const { ino, size, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  });

async function overTree(
  folder: string,
  except: readonly string[],
  describe: (path: string) => string | Promise<string>,
): Promise<string> {
  const paths = (await pathsIn(folder)).filter((path) => path !== SKIPPED && !except.includes(path)).sort();
  const lines: string[] = new Array<string>(paths.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < paths.length; index = next++) {
      const path = paths[index] ?? '';
      lines[index] = JSON.stringify([path, await describe(join(folder, path))]);
      if (index % SLICE === 0) await setImmediate();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return `sha256:${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}

async function pathsIn(root: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (folders.length % AT_ONCE === 0) await setImmediate();
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      (entry.isDirectory() ? folders : found).push(path);
    }
  }
  return found;
}

async function contentOf(path: string): Promise<string> {
  const target = await readlink(path).catch(() => null);
  if (target !== null) return `link ${target}`;
  const { mode, size } = await stat(path);
  const hash = createHash('sha256');
  if (size > WHOLE_BYTES_MAX) await pipeline(createReadStream(path), hash);
  else hash.update(await readFile(path));
  return `${(mode & EXECUTABLE) === 0 ? 'file' : 'program'} ${hash.digest('hex')}`;
}
