import { fromBase64, toBase64 } from './base64.ts';
import type { Sha256 } from './merkle-hash.ts';

/** The C2SP signed note (https://c2sp.org/signed-note) with one Ed25519 signature. */

const ED25519 = 0x01;
const KEY_HASH_BYTES = 4;
const SIGNATURE_BYTES = 64;
const PUBLIC_KEY_BYTES = 32;
const SEPARATOR = '\n\n';
const LINE = /^\u2014 ([!-*,-~]+) (\S+)$/;

export interface NoteKey {
  /** Printable ASCII without spaces and plus signs. */
  readonly name: string;
  /** 32 raw bytes. */
  readonly publicKey: Uint8Array;
}
export interface NoteSignature {
  readonly name: string;
  readonly keyHash: Uint8Array;
  readonly signature: Uint8Array;
}

export const isKeyName = (name: string): boolean => /^[!-*,-~]+$/.test(name);

/** The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key): tells keys of one name apart, proves nothing. */
export function keyHash({ name, publicKey }: NoteKey, sha256: Sha256): Uint8Array {
  if (!isKeyName(name)) throw new RangeError('a key name is printable ASCII without spaces and plus signs');
  const ascii = Array.from(name, (letter) => letter.charCodeAt(0));
  return sha256(Uint8Array.from([...ascii, 0x0a, ED25519, ...publicKey])).slice(0, KEY_HASH_BYTES);
}

/** What an outsider is given to verify with: `name+hash+base64`. */
export const verifierKey = (key: NoteKey, sha256: Sha256): string =>
  `${key.name}+${toHex(keyHash(key, sha256))}+${toBase64(Uint8Array.from([ED25519, ...key.publicKey]))}`;

/** Reads a verifier key; nothing where it is none, or its hash is not the key's. */
export function parseVerifierKey(text: string, sha256: Sha256): NoteKey | undefined {
  const [name = '', hash = '', ...encoded] = text.split('+');
  // Base64 may hold plus signs itself.
  const bytes = fromBase64(encoded.join('+'));
  if (!isKeyName(name) || bytes?.length !== 1 + PUBLIC_KEY_BYTES || bytes[0] !== ED25519) return undefined;
  const key = { name, publicKey: bytes.slice(1) };
  return toHex(keyHash(key, sha256)) === hash ? key : undefined;
}

/** The note of a text that ends with a line break; `sign` gives the 64 bytes of Ed25519 over the text's UTF-8. */
export function signNote(text: string, key: NoteKey, sign: (text: string) => Uint8Array, sha256: Sha256): string {
  if (!text.endsWith('\n')) throw new RangeError('the text of a note ends with a line break');
  const signed = Uint8Array.from([...keyHash(key, sha256), ...sign(text)]);
  return `${text}\n\u2014 ${key.name} ${toBase64(signed)}\n`;
}

/** Takes a note apart without judging its signature; nothing where it is no note with exactly one signature. */
export function parseNote(note: string): { text: string; signature: NoteSignature } | undefined {
  const at = note.lastIndexOf(SEPARATOR);
  if (at < 0 || !note.endsWith('\n')) return undefined;
  const signature = parseSignature(note.slice(at + SEPARATOR.length, -1));
  return signature && { text: note.slice(0, at + 1), signature };
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name, encoded] = LINE.exec(line) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (name === undefined || bytes?.length !== KEY_HASH_BYTES + SIGNATURE_BYTES) return undefined;
  return { name, keyHash: bytes.slice(0, KEY_HASH_BYTES), signature: bytes.slice(KEY_HASH_BYTES) };
}

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
