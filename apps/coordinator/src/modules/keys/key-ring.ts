import { createHmac, type KeyObject } from 'node:crypto';
import { signingKeyState } from '@mcp-coordinator/core/keys/signing-key-life';
import type { Db } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { EncryptionKeys } from '../../secrets/encryption-keys.ts';
import { openValue, SealedValueError, sealValue } from '../../secrets/envelope.ts';
import { derive, ed25519, type KeyMaterial, makeKey, placeOf, seedOf } from './key-material.ts';
import { insertFirstKey, type Purpose, readSigningKeys, type SigningKeyRow } from './signing-keys.store.ts';

/** Signs sessions: what a token is signed with, and what a cookie is. */
export interface SessionKey {
  readonly id: string;
  readonly token: Uint8Array;
  readonly cookie: Uint8Array;
}
export interface SessionKeys {
  readonly current: () => SessionKey;
  /** One whose signatures count; looks into the database for one that another instance may just have made. */
  readonly find: (id: string) => Promise<SessionKey | undefined>;
  /** Those whose signatures count, as known without looking. */
  readonly accepted: () => readonly SessionKey[];
}

export interface PublicJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  alg: 'EdDSA';
  use: 'sig';
}
export interface GrantKeys {
  readonly current: () => Promise<{ id: string; key: KeyObject }>;
  /** RFC 7517, with what leads from each key to its successor. Read from the database each time, so that a key is published before anybody can see its first signature. */
  readonly published: () => Promise<{ keys: PublicJwk[]; endorsements: string[] }>;
}

export interface RingMaterial {
  readonly encryptionKey: string;
  readonly jwtSecret: string;
  readonly sessionSecret: string;
  /** PEM of an Ed25519 key: the first one that signs grants. */
  readonly grantSigningPem?: string | undefined;
  /** PEM of an Ed25519 key that signs audit checkpoints, instead of a kept one. */
  readonly auditSigningPem?: string | undefined;
}

export interface KeyRing {
  readonly sessions: SessionKeys;
  readonly grants: GrantKeys;
  readonly auditSigning: KeyObject;
  /** HMAC-SHA-256, hex. */
  readonly keyedHash: (text: string) => string;
  /** What instances say to one another: signs tickets (HS256), and encrypts (A256GCM). The same on all, whatever encryption key each has. */
  readonly hop: { readonly signing: Uint8Array; readonly sealing: Uint8Array };
  readonly reload: () => Promise<void>;
}

/** What another instance changed is known after this at the latest, should its notification be lost. */
const STALE_AFTER_MS = 1_000;

/** Opens the signing keys of this database, making those that are not there. Throws when they cannot be opened with this encryption key. */
export async function openKeyRing(deps: {
  db: Db;
  encryption: EncryptionKeys;
  clock: Clock;
  material: RingMaterial;
}): Promise<KeyRing> {
  const { db, encryption, clock, material } = deps;
  await makeMissing(db, encryption, clock, material);
  const secrets = new Map<string, Buffer>();
  const sessionKeys = new Map<string, SessionKey>();
  let rows: SigningKeyRow[] = [];
  let readAt = 0;

  const secretOf = ({ id, sealed }: SigningKeyRow): Buffer => {
    const known = secrets.get(id);
    if (known) return known;
    if (sealed === null) throw new Error(`the signing key ${id} is retired`);
    const secret = Buffer.from(openValue(encryption, sealed, placeOf(id)), 'base64url');
    secrets.set(id, secret);
    return secret;
  };
  const reload = async (): Promise<void> => {
    rows = await readSigningKeys(db);
    readAt = clock().getTime();
    for (const { id, sealed } of rows) if (sealed === null) for (const kept of [secrets, sessionKeys]) kept.delete(id);
  };
  const refresh = async (): Promise<void> => {
    if (Math.abs(clock().getTime() - readAt) >= STALE_AFTER_MS) await reload();
  };
  const current = (purpose: Purpose): SigningKeyRow => {
    const row = rows.find((one) => one.purpose === purpose && one.replaced_at === null);
    if (!row) throw new Error(`there is no signing key for ${purpose}`);
    return row;
  };
  const accepted = (purpose: Purpose): SigningKeyRow[] =>
    rows.filter(
      (row) =>
        row.purpose === purpose &&
        row.sealed !== null &&
        signingKeyState({ retiresAt: row.retires_at }, clock()) !== 'retired',
    );
  const toSession = (row: SigningKeyRow): SessionKey => {
    const known = sessionKeys.get(row.id);
    if (known) return known;
    // Both are needed: neither the variable alone nor the database alone signs a session.
    const token = derive(material.jwtSecret, secretOf(row), 'session token v2');
    const cookie = derive(material.sessionSecret, secretOf(row), 'session cookie v2');
    const key = { id: row.id, token, cookie };
    sessionKeys.set(row.id, key);
    return key;
  };
  const pickSession = (id: string): SessionKey | undefined => {
    const row = accepted('session').find((one) => one.id === id);
    return row && toSession(row);
  };

  await openAll(reload, () => rows.filter(({ sealed }) => sealed !== null).map(secretOf));
  const hashing = secretOf(current('keyed_hash'));
  return {
    sessions: {
      current: () => toSession(current('session')),
      find: async (id) => {
        const known = pickSession(id);
        if (known) return known;
        await refresh();
        return pickSession(id);
      },
      accepted: () => accepted('session').map(toSession),
    },
    grants: {
      current: async () => {
        await refresh();
        const row = current('grant');
        return { id: row.id, key: ed25519(secretOf(row)) };
      },
      published: async () => {
        await reload();
        return {
          keys: accepted('grant').map((row) => jwkOf(row)),
          endorsements: rows.flatMap(({ purpose, endorsement }) => (purpose === 'grant' && endorsement) || []),
        };
      },
    },
    auditSigning: ed25519(
      material.auditSigningPem === undefined
        ? secretOf(current('audit'))
        : seedOf(material.auditSigningPem, 'AUDIT_SIGNING_KEY_FILE'),
    ),
    hop: {
      signing: derive(hashing, 'mcp-coordinator', 'instance ticket v1'),
      sealing: derive(hashing, 'mcp-coordinator', 'instance seal v1'),
    },
    keyedHash: (text) => createHmac('sha256', hashing).update(text).digest('hex'),
    reload,
  };
}

const jwkOf = ({ id, public_key }: SigningKeyRow): PublicJwk => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x: public_key ?? '',
  kid: id,
  alg: 'EdDSA',
  use: 'sig',
});

/**
 * The first keys are those that were derived from the encryption key before keys were kept, so that what was signed and
 * hashed then stays valid. From then on the encryption key can change without them.
 */
async function makeMissing(db: Db, encryption: EncryptionKeys, clock: Clock, material: RingMaterial): Promise<void> {
  const { encryptionKey, grantSigningPem } = material;
  const before = (purpose: string): Buffer => derive(encryptionKey, 'mcp-coordinator', purpose);
  const first: Readonly<Record<Purpose, () => KeyMaterial>> = {
    grant: () =>
      makeKey(
        'grant',
        grantSigningPem ? seedOf(grantSigningPem, 'GRANT_SIGNING_KEY_FILE') : before('grant signing v1'),
      ),
    audit: () => makeKey('audit', before('audit signing v1')),
    keyed_hash: () => makeKey('keyed_hash', before('keyed hash v1')),
    session: () => makeKey('session'),
  };
  const present = new Set((await readSigningKeys(db)).map(({ purpose }) => purpose));
  for (const purpose of Object.keys(first) as Purpose[]) {
    if (present.has(purpose)) continue;
    const { secret, ...key } = first[purpose]();
    const sealed = sealValue(encryption, secret.toString('base64url'), placeOf(key.id));
    await insertFirstKey(db, { ...key, sealed, endorsement: null }, clock());
  }
}

async function openAll(reload: () => Promise<void>, open: () => unknown): Promise<void> {
  await reload();
  try {
    open();
  } catch (cause) {
    if (!(cause instanceof SealedValueError)) throw cause;
    throw new Error(
      `ENCRYPTION_KEY does not open the secrets of this database: ${cause.message}. Nothing was started. Give the encryption key that was used before, as ENCRYPTION_KEY, or as ENCRYPTION_KEY_PREVIOUS to move to a new one.`,
      { cause },
    );
  }
}

/** Ids of the kept signing keys that none of these encryption keys opens; nothing is changed. */
export async function unopenedKeys(db: Db, encryption: EncryptionKeys): Promise<string[]> {
  const opens = ({ id, sealed }: SigningKeyRow): boolean => {
    try {
      return sealed === null || openValue(encryption, sealed, placeOf(id)) !== '';
    } catch (error) {
      if (error instanceof SealedValueError) return false;
      throw error;
    }
  };
  return (await readSigningKeys(db)).filter((row) => !opens(row)).map(({ id }) => id);
}
