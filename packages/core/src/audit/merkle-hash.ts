/** SHA-256 of bytes; handed in, since this package touches no platform. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;
export type Hash = Uint8Array;

export const HASH_BYTES = 32;
// Different first bytes for leaves and nodes: without them a node could be passed off as a leaf (RFC 6962 §2.1).
const LEAF = 0x00;
const NODE = 0x01;

/** MTH of one entry (RFC 6962 §2.1). */
export function leafHash(entry: Uint8Array, sha256: Sha256): Hash {
  const bytes = new Uint8Array(1 + entry.length);
  bytes[0] = LEAF;
  bytes.set(entry, 1);
  return sha256(bytes);
}

export function nodeHash(left: Hash, right: Hash, sha256: Sha256): Hash {
  const bytes = new Uint8Array(1 + left.length + right.length);
  bytes[0] = NODE;
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  return sha256(bytes);
}

/** The root of a tree without leaves: the hash of nothing. */
export const emptyRoot = (sha256: Sha256): Hash => sha256(new Uint8Array());

export const equalHashes = (a: Hash, b: Hash): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/** The largest power of two below `size`, where RFC 6962 splits a tree. `size` is at least 2. */
export function splitPoint(size: number): number {
  let k = 1;
  // Doubling rather than shifting: sizes go past 2^31.
  while (k * 2 < size) k *= 2;
  return k;
}
