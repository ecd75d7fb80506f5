import { fromBase64, toBase64 } from './base64.ts';
import { toHex } from './hex.ts';
import { equalHashes, type Sha256 } from './merkle-hash.ts';
import { utf8 } from './utf8.ts';

/** The C2SP signed note (https://c2sp.org/signed-note) with Ed25519 signatures. */

/** How a key signs: the note's text, or as a witness (https://c2sp.org/tlog-cosignature). */
export type KeyKind = 'signature' | 'cosignature';
const KIND_BYTES: Record<KeyKind, number> = { signature: 0x01, cosignature: 0x04 };
const KEY_HASH_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
const SEPARATOR = '\n\n';
const LINE = /^\u2014 ([!-*,-~]+) (\S+)$/;

export interface NoteKey {
  /** Printable ASCII without spaces and plus signs. */
  readonly name: string;
  /** 32 raw bytes. */
  readonly publicKey: Uint8Array;
  /** `signature` where absent. */
  readonly kind?: KeyKind;
}
export interface NoteSignature {
  readonly name: string;
  readonly keyHash: Uint8Array;
  /** 64 bytes; of a cosignature 8 bytes of time before them. */
  readonly signature: Uint8Array;
}
export interface SignedNote {
  /** What is signed: ends with a line break. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export const isKeyName = (name: string): boolean => /^[!-*,-~]+$/.test(name);

/** The first four bytes of SHA-256(name ‖ 0x0A ‖ kind ‖ public key): tells keys of one name apart, proves nothing. */
export function keyHash({ name, publicKey, kind = 'signature' }: NoteKey, sha256: Sha256): Uint8Array {
  if (!isKeyName(name)) throw new RangeError('a key name is printable ASCII without spaces and plus signs');
  const ascii = Array.from(name, (letter) => letter.charCodeAt(0));
  return sha256(Uint8Array.from([...ascii, 0x0a, KIND_BYTES[kind], ...publicKey])).slice(0, KEY_HASH_BYTES);
}

/** What an outsider is given to verify with: `name+hash+base64`. */
export const verifierKey = (key: NoteKey, sha256: Sha256): string =>
  `${key.name}+${toHex(keyHash(key, sha256))}+${toBase64(Uint8Array.from([KIND_BYTES[key.kind ?? 'signature'], ...key.publicKey]))}`;

/** Reads a verifier key; nothing where it is none, or its hash is not the key's. */
export function parseVerifierKey(text: string, sha256: Sha256): NoteKey | undefined {
  const [name = '', hash = '', ...encoded] = text.split('+');
  // Base64 may hold plus signs itself.
  const bytes = fromBase64(encoded.join('+'));
  const kind = (['signature', 'cosignature'] as const).find((known) => KIND_BYTES[known] === bytes?.[0]);
  if (!isKeyName(name) || bytes?.length !== 1 + PUBLIC_KEY_BYTES || kind === undefined) return undefined;
  const key = { name, publicKey: bytes.slice(1), ...(kind === 'signature' ? {} : { kind }) };
  return toHex(keyHash(key, sha256)) === hash ? key : undefined;
}

/** One signature as it stands in a note, with its line end. */
export const signatureLine = (key: NoteKey, signature: Uint8Array, sha256: Sha256): string =>
  `\u2014 ${key.name} ${toBase64(Uint8Array.from([...keyHash(key, sha256), ...signature]))}\n`;

/** The note of a text that ends with a line break; `sign` gives the 64 bytes of Ed25519 over the text's UTF-8. */
export function signNote(text: string, key: NoteKey, sign: (text: string) => Uint8Array, sha256: Sha256): string {
  if (!text.endsWith('\n')) throw new RangeError('the text of a note ends with a line break');
  return `${text}\n${signatureLine(key, sign(text), sha256)}`;
}

/** Takes a note apart without judging its signatures; nothing where it is no note. */
export function parseNote(note: string): SignedNote | undefined {
  const at = note.lastIndexOf(SEPARATOR);
  if (at < 0) return undefined;
  const signatures = parseSignatures(note.slice(at + SEPARATOR.length));
  return signatures && { text: note.slice(0, at + 1), signatures };
}

/** Signature lines, each with its line end; nothing where there is none, or anything else among them. */
export function parseSignatures(lines: string): NoteSignature[] | undefined {
  if (!lines.endsWith('\n')) return undefined;
  const parsed = lines.slice(0, -1).split('\n').map(parseSignature);
  return parsed.every((signature) => signature !== undefined) ? parsed : undefined;
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name, encoded] = LINE.exec(line) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (name === undefined || bytes === undefined || bytes.length <= KEY_HASH_BYTES) return undefined;
  return { name, keyHash: bytes.slice(0, KEY_HASH_BYTES), signature: bytes.slice(KEY_HASH_BYTES) };
}

export type VerifyEd25519 = (message: Uint8Array, publicKey: Uint8Array, signature: Uint8Array) => boolean;

/** Whether one of the signatures is this key's over the note's text. */
export function isSignedBy(note: SignedNote, key: NoteKey, sha256: Sha256, verify: VerifyEd25519): boolean {
  const hash = keyHash(key, sha256);
  return note.signatures.some(
    ({ name, keyHash: signed, signature }) =>
      name === key.name && equalHashes(signed, hash) && verify(utf8(note.text), key.publicKey, signature),
  );
}
