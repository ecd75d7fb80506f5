import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** Every secret of this process, derived or given; none of them is in the database. */
export interface Keys {
  /** Ed25519, signs execution grants. */
  readonly grantSigning: KeyObject;
  /** Ed25519, signs audit checkpoints. */
  readonly auditSigning: KeyObject;
  /** HS256 secret of session tokens. */
  readonly jwt: Uint8Array;
  /** Signs the session cookie. */
  readonly cookie: string;
  /** What instances say to one another: signs tickets (HS256), and encrypts (A256GCM). */
  readonly hop: { readonly signing: Uint8Array; readonly sealing: Uint8Array };
  /** HMAC-SHA-256 hex of a secret value, for digests that must not reveal it. */
  readonly keyedHash: (text: string) => string;
  /** AES-256-GCM with the row's name as associated data, so that a sealed value opens only where it was put. */
  readonly seal: (text: string, row: string) => string;
  /** Throws when the value was altered, or belongs to another row or key. */
  readonly open: (sealed: string, row: string) => string;
}

export interface KeyMaterial {
  encryptionKey: string;
  jwtSecret: string;
  sessionSecret: string;
  /** PEM of Ed25519 private keys that take the place of the derived ones. */
  grantSigningPem?: string | undefined;
  auditSigningPem?: string | undefined;
}

const derive = (secret: string, purpose: string, bytes = 32): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'mcp-coordinator', purpose, bytes));

// RFC 8410: the PKCS #8 wrapping of a 32-byte Ed25519 seed.
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ed25519FromSeed = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });

function signingKey(pem: string | undefined, seed: Buffer, variable: string): KeyObject {
  if (pem === undefined) return ed25519FromSeed(seed);
  const key = privateKeyOf(pem);
  if (key?.asymmetricKeyType !== 'ed25519') throw new Error(`${variable} must hold an Ed25519 private key in PEM`);
  return key;
}

function privateKeyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // What OpenSSL says of a file that holds no key helps nobody.
    return undefined;
  }
}

export function deriveKeys(material: KeyMaterial): Keys {
  const sealing = derive(material.encryptionKey, 'seal v1');
  const hashing = derive(material.encryptionKey, 'keyed hash v1');
  return {
    grantSigning: signingKey(
      material.grantSigningPem,
      derive(material.encryptionKey, 'grant signing v1'),
      'GRANT_SIGNING_KEY_FILE',
    ),
    auditSigning: signingKey(
      material.auditSigningPem,
      derive(material.encryptionKey, 'audit signing v1'),
      'AUDIT_SIGNING_KEY_FILE',
    ),
    jwt: derive(material.jwtSecret, 'session token v1'),
    cookie: derive(material.sessionSecret, 'session cookie v1').toString('base64url'),
    hop: {
      signing: derive(material.encryptionKey, 'instance ticket v1'),
      sealing: derive(material.encryptionKey, 'instance seal v1'),
    },
    keyedHash: (text) => createHmac('sha256', hashing).update(text).digest('hex'),
    seal: (text, row) => seal(sealing, text, row),
    open: (sealed, row) => open(sealing, sealed, row),
  };
}

function seal(key: Buffer, text: string, row: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(row));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
}

function open(key: Buffer, sealed: string, row: string): string {
  if (!sealed.startsWith('v1.')) throw new Error('a sealed value has an unknown form');
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(row));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
}

/** The raw public key, 32 bytes. */
export const publicKeyBytes = (key: KeyObject): Buffer =>
  Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
