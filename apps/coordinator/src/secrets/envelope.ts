import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { EncryptionKey, EncryptionKeys } from './encryption-keys.ts';

/** Where a sealed value stands. It opens there and nowhere else. */
export interface Place {
  readonly table: string;
  readonly column: string;
  /** The row's primary key, as text. */
  readonly id: string;
  /** Which of several values in the column. */
  readonly part?: string;
}

/** A sealed value does not open: altered, moved from another place, or under a key that is not here. */
export class SealedValueError extends Error {}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DATA_KEY_BYTES = 32;
/** `e1.<id of the key that wraps>.<wrapped data key>.<value under the data key>` */
const ENVELOPE = /^e1\.([\w-]{12})\.([\w-]+)\.([\w-]+)$/;

/**
 * AES-256-GCM under a data key of its own, which is wrapped by the current encryption key. The place is associated data of
 * both, so that neither the value nor its key can be taken to another row or column.
 */
export function sealValue(keys: EncryptionKeys, text: string, place: Place): string {
  const dataKey = randomBytes(DATA_KEY_BYTES);
  const body = encrypt(dataKey, Buffer.from(text, 'utf8'), nameOf(place, 'value'));
  return assemble(keys.current(), dataKey, body.toString('base64url'), place);
}

/** Throws SealedValueError, which names the place and never the value. */
export function openValue(keys: EncryptionKeys, sealed: string, place: Place): string {
  if (sealed.startsWith('v1.')) return openDirect(keys, sealed, place);
  const { dataKey, body } = unwrap(keys, sealed, place);
  return decrypted(place, () =>
    decrypt(dataKey, Buffer.from(body, 'base64url'), nameOf(place, 'value')).toString('utf8'),
  );
}

/** The same value under the current encryption key. Only the data key is wrapped anew: the value is not looked at. */
export function rewrapValue(keys: EncryptionKeys, sealed: string, place: Place): string {
  if (sealed.startsWith('v1.')) return sealValue(keys, openDirect(keys, sealed, place), place);
  const { dataKey, body } = unwrap(keys, sealed, place);
  return assemble(keys.current(), dataKey, body, place);
}

/** What every value with a data key begins with, and with one that is wrapped by this key. */
export const ENVELOPE_FORM = 'e1.';
export const envelopePrefix = (key: EncryptionKey): string => `${ENVELOPE_FORM}${key.id}.`;

function assemble(key: EncryptionKey, dataKey: Buffer, body: string, place: Place): string {
  const wrapped = encrypt(key.wrapping, dataKey, nameOf(place, `data key under ${key.id}`));
  return `${envelopePrefix(key)}${wrapped.toString('base64url')}.${body}`;
}

function unwrap(keys: EncryptionKeys, sealed: string, place: Place): { dataKey: Buffer; body: string } {
  const [, keyId, wrapped, body] = ENVELOPE.exec(sealed) ?? [];
  if (!keyId || !wrapped || !body) throw new SealedValueError(`${words(place)} is not in the form of a sealed value`);
  const key = keys.find(keyId);
  if (!key) {
    throw new SealedValueError(
      `${words(place)} is sealed under the encryption key ${keyId}, which is neither ENCRYPTION_KEY nor among ENCRYPTION_KEY_PREVIOUS`,
    );
  }
  const dataKey = decrypted(place, () =>
    decrypt(key.wrapping, Buffer.from(wrapped, 'base64url'), nameOf(place, `data key under ${key.id}`)),
  );
  return { dataKey, body };
}

/** The form from before there were data keys: under the encryption key itself, bound to the table and the row. */
function openDirect(keys: EncryptionKeys, sealed: string, place: Place): string {
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  const name = Buffer.from(`${place.table}/${place.id}${place.part === undefined ? '' : `/${place.part}`}`);
  for (const { direct } of keys.all()) {
    try {
      return decrypt(direct, bytes, name).toString('utf8');
    } catch {
      // Under another of the keys; when it is under none, that is said below.
    }
  }
  throw altered(place);
}

// One text for each place: no two places have the same list, whatever stands in their names.
const nameOf = ({ table, column, id, part }: Place, use: string): Buffer =>
  Buffer.from(JSON.stringify(['mcp-coordinator', use, table, column, id, part ?? null]));

function encrypt(key: Buffer, bytes: Buffer, name: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(name);
  const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

function decrypt(key: Buffer, bytes: Buffer, name: Buffer): Buffer {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(name);
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}

function decrypted<Value>(place: Place, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    // The library says only that something does not fit; which bytes, nobody can know.
    throw altered(place, cause);
  }
}

const altered = (place: Place, cause?: unknown): SealedValueError =>
  new SealedValueError(
    `${words(place)} does not open: it was altered, was moved here from another row or column, or was sealed with another encryption key. Restore it from a backup`,
    { cause },
  );

const words = ({ table, column, id, part }: Place): string =>
  `the sealed value in ${table}.${column} of ${id}${part === undefined ? '' : ` (${part})`}`;
