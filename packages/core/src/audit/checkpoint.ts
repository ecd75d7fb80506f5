import { fromBase64, toBase64 } from './base64.ts';
import { HASH_BYTES, type Hash } from './merkle-hash.ts';

/** The head of a log (C2SP tlog-checkpoint): which log, how many leaves, their root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

/** The text that is signed: origin, decimal size and base64 root, each on a line. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${toBase64(root)}\n`;

/** Reads a checkpoint's text; nothing where it is none. Lines after the third are extensions and skipped. */
export function parseCheckpointText(text: string): Checkpoint | undefined {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  // Ends with a line break, and no line of it is empty: an empty one would begin the signatures.
  if (rest.pop() !== '' || origin === '' || rest.includes('')) return undefined;
  if (!/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) return undefined;
  const bytes = fromBase64(root);
  return bytes?.length === HASH_BYTES ? { origin, size: Number(size), root: bytes } : undefined;
}
