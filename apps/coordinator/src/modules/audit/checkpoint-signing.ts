import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type Checkpoint, checkpointText, parseCheckpointText } from '@mcp-coordinator/core/audit/checkpoint';
import { equalHashes } from '@mcp-coordinator/core/audit/merkle-hash';
import {
  isKeyName,
  keyHash,
  type NoteKey,
  parseNote,
  parseVerifierKey,
  signNote,
  verifierKey,
} from '@mcp-coordinator/core/audit/signed-note';
import { publicKeyBytes, sha256 } from './merkle-bytes.ts';

export interface OpenedCheckpoint extends Checkpoint {
  /** 0 for the present key, else the place of a former one among those that are trusted. */
  readonly keyAge: number;
}

export interface CheckpointSigner {
  /** The note over a tree of that size and root. */
  readonly sign: (size: number, root: Uint8Array, epoch: number) => string;
  /** The checkpoint of a note; nothing where it is none, or no key that we trust signed it. */
  readonly open: (note: string) => OpenedCheckpoint | undefined;
  /** What an outsider verifies notes with. */
  readonly verifierKey: (epoch: number) => string;
  /** The verifier key by its age: see `OpenedCheckpoint`. */
  readonly formerKey: (keyAge: number) => string | undefined;
  readonly origin: (epoch: number) => string;
  /** The present key and the former ones, as verifier keys. */
  readonly trustedKeys: readonly string[];
}

/**
 * `origin` names the log, and the key: printable ASCII without spaces and plus signs. Former keys are verifier keys, newest
 * first; they come from outside of the database, or whoever can write there could add their own.
 */
export function createCheckpointSigner(
  privateKey: KeyObject,
  origin: string,
  formerKeys: readonly string[] = [],
): CheckpointSigner {
  if (!isKeyName(origin))
    throw new Error('the origin of audit checkpoints must be printable ASCII without spaces and "+"');
  const present = publicKeyBytes(privateKey);
  const keys = [present, ...formerKeys.map((line) => readKey(line).publicKey)].map((bytes) => ({
    bytes,
    key: keyObjectOf(bytes),
  }));
  const originOf = (epoch: number): string => (epoch <= 1 ? origin : `${origin}/epoch-${epoch}`);
  const noteKey = (epoch: number): NoteKey => ({ name: originOf(epoch), publicKey: present });
  const signText = (text: string) => new Uint8Array(sign(null, Buffer.from(text), privateKey));
  return {
    origin: originOf,
    sign: (size, root, epoch) =>
      signNote(checkpointText({ origin: originOf(epoch), size, root }), noteKey(epoch), signText, sha256),
    open: (note) => {
      const parsed = parseNote(note);
      const [signed] = parsed?.signatures ?? [];
      if (parsed === undefined || signed === undefined) return undefined;
      // By the name it was signed under: the same key keeps its older notes when the log's address changes.
      const keyAge = keys.findIndex(
        ({ bytes, key }) =>
          equalHashes(signed.keyHash, keyHash({ name: signed.name, publicKey: bytes }, sha256)) &&
          verify(null, Buffer.from(parsed.text), key, signed.signature),
      );
      const checkpoint = keyAge < 0 ? undefined : parseCheckpointText(parsed.text);
      return checkpoint?.origin === signed.name ? { ...checkpoint, keyAge } : undefined;
    },
    verifierKey: (epoch) => verifierKey(noteKey(epoch), sha256),
    trustedKeys: [verifierKey(noteKey(1), sha256), ...formerKeys],
    formerKey: (keyAge) => formerKeys[keyAge - 1],
  };
}

function readKey(line: string): NoteKey {
  const key = parseVerifierKey(line, sha256);
  if (key === undefined)
    throw new Error(`AUDIT_TRUSTED_KEYS_FILE holds a line that is no verifier key (name+hash+base64): ${line}`);
  return key;
}

const keyObjectOf = (bytes: Uint8Array): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes).toString('base64url') },
    format: 'jwk',
  });
