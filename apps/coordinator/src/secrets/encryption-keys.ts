import { hkdfSync } from 'node:crypto';

/** A key that wraps data keys, made of one secret; the secret itself is not kept. */
export interface EncryptionKey {
  /** Says which key it is and gives nothing of it away; stands in clear in every sealed value. */
  readonly id: string;
  readonly wrapping: Buffer;
  /** What sealed values before there were data keys: only to open those. */
  readonly direct: Buffer;
}

/** The keys that sealed values may be under. One seals; the others open what a rotation has not come to yet. */
export interface EncryptionKeys {
  readonly current: () => EncryptionKey;
  readonly find: (id: string) => EncryptionKey | undefined;
  readonly all: () => readonly EncryptionKey[];
  /** From now on these: a rotation that this process makes itself. */
  readonly replace: (secrets: readonly [string, ...string[]]) => void;
}

const derive = (secret: string, purpose: string, bytes = 32): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'mcp-coordinator', purpose, bytes));

const keyOf = (secret: string): EncryptionKey => ({
  id: derive(secret, 'key encryption id v1', 9).toString('base64url'),
  wrapping: derive(secret, 'key encryption v1'),
  direct: derive(secret, 'seal v1'),
});

/** The first secret seals; those after it only open. */
export function createEncryptionKeys(secrets: readonly [string, ...string[]]): EncryptionKeys {
  let keys = secrets.map(keyOf) as [EncryptionKey, ...EncryptionKey[]];
  return {
    current: () => keys[0],
    find: (id) => keys.find((key) => key.id === id),
    all: () => keys,
    replace: (next) => {
      keys = next.map(keyOf) as [EncryptionKey, ...EncryptionKey[]];
    },
  };
}
