import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { parseVerifierKey } from '@mcp-coordinator/core/audit/signed-note';
import { type BundleReport, verifyBundle } from '@mcp-coordinator/core/audit/verify-bundle';
import type { Db } from '../../../db/schema.ts';
import { type BundlePart, exportBundle } from '../export/export-bundle.ts';
import { sha256, verifyEd25519 } from '../merkle-bytes.ts';

export interface Archive {
  /** Its name in the folder. */
  readonly file: string;
  /** Hex, of the bytes of the file. */
  readonly sha256: string;
  /** Of what was read back from the disk. */
  readonly report: BundleReport;
}

/** Writes a part of the log as a compressed bundle, makes sure that it is on the disk, and verifies what is there. */
export async function writeArchive(
  db: Db,
  folder: string,
  part: BundlePart,
  trustedKeys: readonly string[],
): Promise<Archive> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const file = `audit-${part.first}-${part.end}.jsonl.gz`;
  const draft = join(folder, `${file}.draft`);
  try {
    await pipeline(Readable.from(exportBundle(db, part)), createGzip(), createWriteStream(draft, { mode: 0o600 }));
    await sync(draft);
    const report = await verifyFile(draft, trustedKeys);
    const digest = await digestOf(draft);
    await rename(draft, join(folder, file));
    await sync(folder);
    return { file, sha256: digest, report };
  } finally {
    await rm(draft, { force: true });
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync();
  await handle.close();
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function verifyFile(path: string, trustedKeys: readonly string[]): Promise<BundleReport> {
  const lines = createInterface({
    input: createReadStream(path).pipe(createGunzip()),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  const keys = trustedKeys.map((key) => parseVerifierKey(key, sha256)).filter((key) => key !== undefined);
  return verifyBundle(lines, { keys }, { sha256, encode: (text) => Buffer.from(text), verify: verifyEd25519 });
}
