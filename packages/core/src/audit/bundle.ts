/**
 * Records that prove themselves: JSON lines, of which the first is a head, the last an end, and those between are leaves in
 * order. A complete one holds every leaf from `first` to `end`, and with the roots of what lies left and right of them they
 * give the root that the checkpoint signs. One of chosen leaves has an inclusion proof at each instead.
 */
export const BUNDLE_KIND = 'mcp-audit-bundle';
export const BUNDLE_END = 'mcp-audit-bundle-end';

export interface BundleHead {
  readonly kind: typeof BUNDLE_KIND;
  readonly version: 1;
  readonly complete: boolean;
  /** Leaves `first` up to and without `end`. */
  readonly first: number;
  readonly end: number;
  /** Hex roots of the `frontierRanges` of `first`, and of the `restRanges` from `end` to the checkpoint's size. */
  readonly left: readonly string[];
  readonly right: readonly string[];
  /** A signed note. */
  readonly checkpoint: string;
  /** For convenience: whoever verifies brings the key from elsewhere. */
  readonly verifierKey: string;
}

export interface BundleLeaf {
  readonly leafIndex: number;
  /** The bytes that were hashed into the tree, as text. */
  readonly leaf: string;
  /** Both null once the payload was erased. */
  readonly salt: string | null;
  readonly details: Record<string, unknown> | null;
  /** Hex, where the bundle is not complete. */
  readonly proof?: readonly string[];
}

export interface BundleEnd {
  readonly kind: typeof BUNDLE_END;
  readonly count: number;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';
const isHashes = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((hash) => isText(hash) && /^[0-9a-f]{64}$/.test(hash));

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Whoever altered the file wrote it: it is judged like any other wrong line.
    return undefined;
  }
}

export function parseBundleHead(line: string): BundleHead | undefined {
  const head = parseLine(line);
  if (!isObject(head)) return undefined;
  const { kind, version, complete, first, end, left, right, checkpoint, verifierKey } = head;
  if (kind !== BUNDLE_KIND || version !== 1 || typeof complete !== 'boolean') return undefined;
  if (!isIndex(first) || !isIndex(end) || first > end || !isHashes(left) || !isHashes(right)) return undefined;
  if (!isText(checkpoint) || !isText(verifierKey)) return undefined;
  return { kind, version, complete, first, end, left, right, checkpoint, verifierKey };
}

export function parseBundleLine(line: string): BundleLeaf | BundleEnd | undefined {
  const value = parseLine(line);
  if (!isObject(value)) return undefined;
  const { kind, count, leafIndex, leaf, salt, details, proof } = value;
  if (kind === BUNDLE_END) return isIndex(count) ? { kind, count } : undefined;
  if (!isIndex(leafIndex) || !isText(leaf) || !(salt === null || isText(salt))) return undefined;
  if (!(details === null || isObject(details)) || (details === null) !== (salt === null)) return undefined;
  if (proof === undefined) return { leafIndex, leaf, salt, details };
  return isHashes(proof) ? { leafIndex, leaf, salt, details, proof } : undefined;
}
