import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '@mcp-coordinator/core/digests/canonical-json';

/** HMAC-SHA-256 under this machine's key: equal texts are recognised, none can be guessed by who sees the hash. */
export type KeyedHash = (text: string) => string;

const KEY_BYTES = 32;

export const keyedHashWith =
  (key: Uint8Array): KeyedHash =>
  (text) =>
    `hmac-sha256:${createHmac('sha256', key).update(text).digest('hex')}`;

/** Reads the machine's key, or makes it at the first start (mode 0600). It never leaves the machine. */
export async function openKeyedHash(dataDir: string): Promise<KeyedHash> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'hash.key');
  const made = await makeKey(path);
  const key = made ?? (await readFile(path));
  if (key.length !== KEY_BYTES)
    throw new Error(
      `${path} is damaged: it must hold ${KEY_BYTES} bytes. Restore it, or remove it to start with a new key`,
    );
  return keyedHashWith(key);
}

async function makeKey(path: string): Promise<Buffer | null> {
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
  if (file === null) return null;
  const key = randomBytes(KEY_BYTES);
  await file.writeFile(key);
  await file.sync();
  await file.close();
  return key;
}

/** The text that is hashed for a JSON value: equal values, equal texts, whatever the order of their keys. */
export function stableText(value: unknown): string {
  try {
    return canonicalJson(value);
  } catch {
    // A file may hold a lone surrogate, which has no canonical form: its own order of keys must do.
    return JSON.stringify(value);
  }
}
