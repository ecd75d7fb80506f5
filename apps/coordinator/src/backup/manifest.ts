import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

const MANIFEST_FILE = 'manifest.json';

/** What a backup says of itself. Rows are those of the moment that the backup is of. */
export const manifestSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  createdAt: z.iso.datetime(),
  engine: z.enum(['embedded', 'postgres']),
  /** Whether the keys and the configuration are in it; a database without its keys opens no secret. */
  withKeys: z.boolean(),
  /** The newest signed checkpoint of the audit log; null before the first. */
  checkpoint: z.string().nullable(),
  tables: z.record(z.string(), z.object({ rows: z.int(), hash: z.string() })),
  files: z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** No backup, or one that was damaged; the message names the file. */
export class BackupError extends Error {}

export const manifestPath = (folder: string): string => join(folder, MANIFEST_FILE);

export function readManifest(folder: string): Manifest {
  const path = manifestPath(folder);
  if (!existsSync(path)) throw new BackupError(`${folder} is no backup: it has no ${MANIFEST_FILE}.`);
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new BackupError(`${path} cannot be read as a manifest: ${(error as Error).message}`);
  }
}

/** Size and SHA-256 of every file in the folder but the manifest, by its path in it. */
export async function filesIn(folder: string): Promise<Manifest['files']> {
  const files: Manifest['files'] = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path === manifestPath(folder)) continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    files[relative(folder, path)] = { bytes: statSync(path).size, sha256: hash.digest('hex') };
  }
  return files;
}

/** What is not as the manifest has it, file by file. */
export async function damagedFiles(folder: string, { files: wanted }: Manifest): Promise<string[]> {
  const found = await filesIn(folder);
  return Object.entries(wanted).flatMap(([name, { bytes, sha256 }]) => {
    const file = found[name];
    if (file === undefined) return [`${name} is missing`];
    if (file.bytes !== bytes) return [`${name} has ${file.bytes} bytes instead of ${bytes}`];
    return file.sha256 === sha256 ? [] : [`${name} was changed: its SHA-256 is not the manifest's`];
  });
}
