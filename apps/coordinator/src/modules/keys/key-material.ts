import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { sha256Hex } from '../../runtime.ts';
import type { Place } from '../../secrets/envelope.ts';
import type { Purpose } from './signing-keys.store.ts';

/** What stands sealed in a row: an Ed25519 seed, or random bytes, 32 of them, as base64url. */
export interface KeyMaterial {
  readonly id: string;
  readonly purpose: Purpose;
  readonly secret: Buffer;
  /** Of an Ed25519 key, base64url. */
  readonly publicKey: string | null;
}

const SECRET_BYTES = 32;
export const placeOf = (id: string): Place => ({ table: 'signing_keys', column: 'sealed', id });

// RFC 8410: the PKCS #8 wrapping of a 32-byte Ed25519 seed.
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
export const ed25519 = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });

const publicOf = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x ?? '';

/** RFC 7638, of an OKP key (RFC 8037 §2): the members in this order, and no others. */
const thumbprint = (x: string): string =>
  Buffer.from(sha256Hex(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`), 'hex').toString('base64url');

const SIGNS: readonly Purpose[] = ['grant', 'audit'];

/** A key for a purpose, made of the secret, or of new random bytes. */
export function makeKey(purpose: Purpose, secret: Buffer = randomBytes(SECRET_BYTES)): KeyMaterial {
  if (!SIGNS.includes(purpose)) {
    // An id of its own: nothing may follow from it for the secret.
    return { id: `${purpose}_${randomBytes(12).toString('base64url')}`, purpose, secret, publicKey: null };
  }
  const publicKey = publicOf(ed25519(secret));
  return { id: thumbprint(publicKey), purpose, secret, publicKey };
}

/** The seed of an Ed25519 key in PEM. */
export function seedOf(pem: string, variable: string): Buffer {
  const key = privateKeyOf(pem);
  const seed = key?.asymmetricKeyType === 'ed25519' ? key.export({ format: 'jwk' }).d : undefined;
  if (seed === undefined) throw new Error(`${variable} must hold an Ed25519 private key in PEM`);
  return Buffer.from(seed, 'base64url');
}

function privateKeyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // What OpenSSL says of a file that holds no key helps nobody.
    return undefined;
  }
}

export const derive = (secret: string | Buffer, salt: string | Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, purpose, SECRET_BYTES));
