import { fromBase64, toBase64 } from './base64.ts';
import { type Checkpoint, parseCheckpointText } from './checkpoint.ts';
import { verifyConsistency } from './consistency-proof.ts';
import { emptyRoot, equalHashes, HASH_BYTES, type Hash, type Sha256 } from './merkle-hash.ts';
import { isSignedBy, type NoteKey, parseNote, type SignedNote, type VerifyEd25519 } from './signed-note.ts';

/** The decisions of a witness (https://c2sp.org/tlog-witness), without its storage, key and clock. */

const PROOF_MAX = 63;

export interface AddCheckpoint {
  /** The size that the witness is taken to have seen last. */
  readonly oldSize: number;
  readonly proof: readonly Hash[];
  readonly note: SignedNote;
  readonly checkpoint: Checkpoint;
}

/** The body of `POST /add-checkpoint`. */
export const addCheckpointBody = (oldSize: number, proof: readonly Hash[], note: string): string =>
  `old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`;

export function parseAddCheckpoint(body: string): AddCheckpoint | undefined {
  const at = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, at).split('\n');
  const [, old] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? [];
  const proof = lines.map(fromBase64);
  const note = parseNote(body.slice(at + 2));
  const checkpoint = note && parseCheckpointText(note.text);
  if (at < 0 || old === undefined || !checkpoint || proof.length > PROOF_MAX) return undefined;
  const isHash = (hash: Uint8Array | undefined): hash is Hash => hash?.length === HASH_BYTES;
  return proof.every(isHash) ? { oldSize: Number(old), proof, note, checkpoint } : undefined;
}

/** The head of a log that a witness has seen last. */
export interface SeenHead {
  readonly size: number;
  readonly root: Hash;
}

/** What to answer, by HTTP status; with 200 the checkpoint becomes what was seen last. */
export type WitnessDecision = { status: 200 } | { status: 400 | 403 | 404 | 422 } | { status: 409; size: number };

/** `keys` are the log's, and empty for a log that is not known here. */
export function decideWitness(
  { oldSize, proof, note, checkpoint }: AddCheckpoint,
  keys: readonly NoteKey[],
  seen: SeenHead | undefined,
  { sha256, verify }: { sha256: Sha256; verify: VerifyEd25519 },
): WitnessDecision {
  if (keys.length === 0) return { status: 404 };
  if (!keys.some((key) => isSignedBy(note, key, sha256, verify))) return { status: 403 };
  if (oldSize > checkpoint.size) return { status: 400 };
  const last = seen ?? { size: 0, root: emptyRoot(sha256) };
  if (oldSize !== last.size) return { status: 409, size: last.size };
  const claim = {
    firstSize: last.size,
    firstRoot: last.root,
    secondSize: checkpoint.size,
    secondRoot: checkpoint.root,
    proof,
  };
  if (checkpoint.size === last.size && !equalHashes(checkpoint.root, last.root))
    return { status: 409, size: last.size };
  return verifyConsistency(claim, sha256) ? { status: 200 } : { status: 422 };
}
