import { equalHashes, type Sha256 } from './merkle-hash.ts';
import { keyHash, type NoteKey, type SignedNote, type VerifyEd25519 } from './signed-note.ts';
import { utf8 } from './utf8.ts';

/** Cosignatures of witnesses (https://c2sp.org/tlog-cosignature), version 1 over Ed25519. */

const TIME_BYTES = 8;

/** What a witness signs: that at this time, in whole seconds since 1970, it had seen no other history. */
export const cosignedText = (text: string, seconds: number): string => `cosignature/v1\ntime ${seconds}\n${text}`;

/** The bytes of the signature line: the time, then the 64 bytes of Ed25519 over `cosignedText`. */
export function cosignatureBytes(seconds: number, signature: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(TIME_BYTES + signature.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(seconds));
  bytes.set(signature, TIME_BYTES);
  return bytes;
}

/** When this witness cosigned the note, in whole seconds since 1970; nothing where it did not. */
export function cosignedAt(
  { text, signatures }: SignedNote,
  witness: NoteKey,
  sha256: Sha256,
  verify: VerifyEd25519,
): number | undefined {
  const hash = keyHash(witness, sha256);
  for (const { name, keyHash: signed, signature } of signatures) {
    if (name !== witness.name || !equalHashes(signed, hash) || signature.length <= TIME_BYTES) continue;
    const seconds = Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0));
    if (verify(utf8(cosignedText(text, seconds)), witness.publicKey, signature.slice(TIME_BYTES))) return seconds;
  }
  return undefined;
}
