import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** npm's own copy of the lock names the folder it was made in. */
const SKIPPED = 'node_modules/.package-lock.json';
const AT_ONCE = 16;
const EXECUTABLE = 0o111;

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
  overTree(folder, except, async (path) => {
    const { ino, size, mtimeNs, ctimeNs } = await lstat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  });

async function overTree(
  folder: string,
  except: readonly string[],
  describe: (path: string) => Promise<string>,
): Promise<string> {
  const paths = (await pathsIn(folder, '')).filter((path) => path !== SKIPPED && !except.includes(path)).sort();
  const lines: string[] = new Array<string>(paths.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < paths.length; index = next++) {
      const path = paths[index] ?? '';
      lines[index] = JSON.stringify([path, await describe(join(folder, path))]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return `sha256:${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}

async function pathsIn(root: string, below: string): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  const nested = await Promise.all(
    entries.map((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? pathsIn(root, path) : Promise.resolve([path]);
    }),
  );
  return nested.flat();
}

async function contentOf(path: string): Promise<string> {
  const target = await readlink(path).catch(() => null);
  if (target !== null) return `link ${target}`;
  const { mode } = await stat(path);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `${(mode & EXECUTABLE) === 0 ? 'file' : 'program'} ${hash.digest('hex')}`;
}
