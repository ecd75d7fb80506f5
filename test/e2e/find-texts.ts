import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface FoundFile {
  /** Relative to the folder that was searched. */
  readonly path: string;
  /** Permission bits as octal text. */
  readonly mode: string;
  readonly bytes: Buffer;
}

export function filesBelow(folder: string): FoundFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const path = join(entry.parentPath, entry.name);
    const mode = (statSync(path).mode & 0o777).toString(8);
    return [{ path: relative(folder, path), mode, bytes: readFileSync(path) }];
  });
}

/** Names of the texts that occur in what is searched, in clear or as base64 of the whole text. */
export function textsIn(searched: string | Buffer, texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    searched.includes(text) || searched.includes(Buffer.from(text).toString('base64')) ? [name] : [],
  );
}
