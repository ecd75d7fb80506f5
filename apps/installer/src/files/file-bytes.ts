import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Larger configuration files are refused: no client writes one. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** A file as it stands, or null where there is none. */
export interface FileBytes {
  readonly bytes: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Null when nothing is there. Throws for what is no regular file, is too large, or cannot be read. */
export async function readBytes(path: string): Promise<FileBytes | null> {
  const file = await openOrNull(path);
  if (file === null) return null;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new UnreadableFileError('is not a regular file');
    if (stats.size > FILE_BYTES_MAX)
      throw new UnreadableFileError(`is larger than ${FILE_BYTES_MAX / 1024 / 1024} MiB`);
    return { bytes: await file.readFile(), mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid };
  } finally {
    await file.close();
  }
}

/** The file is there and cannot serve as a configuration; the message completes the sentence "PATH …". */
export class UnreadableFileError extends Error {}

async function openOrNull(path: string) {
  try {
    // A named pipe in place of a file must stop nothing; Windows has no such flag, and no such pipes.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'EACCES' || code === 'EPERM')
      throw new UnreadableFileError('may not be read by this user', { cause: error });
    throw error;
  }
}

/** Names the state of a file: the SHA-256 of its bytes, or `nothing`. */
export const bytesHash = (bytes: Uint8Array | null): string =>
  bytes === null ? 'nothing' : `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The text of UTF-8 bytes, byte order mark included, or null for bytes that are no UTF-8. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
