import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type Checkpoint, checkpointText, parseCheckpointText } from '@mcp-coordinator/core/audit/checkpoint';
import { equalHashes } from '@mcp-coordinator/core/audit/merkle-hash';
import {
  isKeyName,
  keyHash,
  type NoteKey,
  parseNote,
  signNote,
  verifierKey,
} from '@mcp-coordinator/core/audit/signed-note';
import { sha256 } from './merkle-bytes.ts';

export interface CheckpointSigner {
  /** The note over a tree of that size and root. */
  readonly sign: (size: number, root: Uint8Array) => string;
  /** The checkpoint of a note; nothing where it is none, or this log's key did not sign it. */
  readonly open: (note: string) => Checkpoint | undefined;
  /** What an outsider verifies notes with. */
  readonly verifierKey: string;
}

/** `origin` names the log, and the key: printable ASCII without spaces and plus signs. */
export function createCheckpointSigner(privateKey: KeyObject, origin: string): CheckpointSigner {
  if (!isKeyName(origin))
    throw new Error('the origin of audit checkpoints must be printable ASCII without spaces and "+"');
  const publicKey = createPublicKey(privateKey);
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const key: NoteKey = { name: origin, publicKey: new Uint8Array(raw) };
  const signText = (text: string) => new Uint8Array(sign(null, Buffer.from(text), privateKey));
  return {
    sign: (size, root) => signNote(checkpointText({ origin, size, root }), key, signText, sha256),
    open: (note) => {
      const parsed = parseNote(note);
      if (parsed === undefined) return undefined;
      const { name, keyHash: hash, signature } = parsed.signature;
      // By the name it was signed under: the same key keeps its older notes when the log's address changes.
      if (!equalHashes(hash, keyHash({ ...key, name }, sha256))) return undefined;
      if (!verify(null, Buffer.from(parsed.text), publicKey, signature)) return undefined;
      const checkpoint = parseCheckpointText(parsed.text);
      return checkpoint?.origin === name ? checkpoint : undefined;
    },
    verifierKey: verifierKey(key, sha256),
  };
}
