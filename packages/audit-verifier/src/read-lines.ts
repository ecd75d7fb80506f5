import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

const GZIP = Buffer.from([0x1f, 0x8b]);

/** The lines of a file, which may be compressed with gzip, read as they are taken. Fails where it cannot be read. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const start = Buffer.alloc(GZIP.length);
  const file = await open(path, 'r');
  try {
    await file.read(start, 0, start.length, 0);
  } finally {
    await file.close();
  }
  const bytes = createReadStream(path);
  const text = start.equals(GZIP) ? bytes.pipe(createGunzip()) : bytes;
  // An error of the file does not end what it is piped into.
  bytes.on('error', (error) => text.destroy(error));
  yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
}
