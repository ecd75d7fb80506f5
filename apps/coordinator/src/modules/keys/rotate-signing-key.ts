import { type RotatingPurpose, retirement } from '@mcp-coordinator/core/keys/signing-key-life';
import { SignJWT } from 'jose';
import { sql } from 'kysely';
import type { Db, Tx } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { EncryptionKeys } from '../../secrets/encryption-keys.ts';
import { openValue, sealValue } from '../../secrets/envelope.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import { ed25519, type KeyMaterial, makeKey, placeOf } from './key-material.ts';
import { retireNow } from './retire-signing-keys.ts';
import { insertSigningKey, lockCurrentKey, type SigningKeyRow, saveReplaced } from './signing-keys.store.ts';

/** Wakes the other instances; carries no data. */
export const SIGNING_KEYS_CHANGED = 'mcp_signing_keys';

export interface RotateKeyDeps {
  db: Db;
  clock: Clock;
  keys: { readonly encryption: EncryptionKeys };
  recordAudit: RecordAudit;
  /** Ends every session, and answers how many there were. */
  endEverySession: (tx: Tx, now: Date) => Promise<number>;
}
export interface RotateKeyRequest {
  readonly purpose: RotatingPurpose;
  /** Whether the old key stops counting in this moment, and with it all that it signed. */
  readonly atOnce: boolean;
  /** Who asked, for the audit record. */
  readonly actor: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** A key that was given, such as one from a file; made when absent. */
  readonly secret?: Buffer;
}
export interface RotatedKey {
  readonly keyId: string;
  readonly replacedKeyId: string;
  readonly retiresAt: Date;
  readonly sessionsEnded: number;
}

/** From the commit on the new key signs. The old one counts until all that it signed has expired, unless it goes at once. */
export async function rotateSigningKey(deps: RotateKeyDeps, request: RotateKeyRequest): Promise<RotatedKey> {
  const { purpose, atOnce, actor } = request;
  return deps.db.transaction().execute(async (tx) => {
    const old = await lockCurrentKey(tx, purpose);
    if (!old) throw new Error(`there is no signing key for ${purpose} to replace`);
    const now = deps.clock();
    const retiresAt = retirement(purpose, now, atOnce);
    const { secret, ...key } = makeKey(purpose, request.secret);
    const endorsement = purpose === 'grant' ? await endorse(deps.keys.encryption, old, key, now) : null;
    const sealed = sealValue(deps.keys.encryption, secret.toString('base64url'), placeOf(key.id));
    await saveReplaced(tx, old.id, now, retiresAt);
    await insertSigningKey(tx, { ...key, sealed, endorsement }, now);
    const sessionsEnded = purpose === 'session' && atOnce ? await deps.endEverySession(tx, now) : 0;
    await deps.recordAudit(tx, {
      action: 'signing_key_rotated',
      actor,
      target: key.id,
      details: {
        ...{ purpose, replaced: old.id, retiresAt: retiresAt.toISOString(), atOnce },
        ...(sessionsEnded > 0 ? { sessionsEnded } : {}),
        ...request.details,
      },
    });
    if (atOnce) await retireNow({ ...deps, actor }, tx);
    await sql`select pg_notify(${SIGNING_KEYS_CHANGED}, '')`.execute(tx);
    return { keyId: key.id, replacedKeyId: old.id, retiresAt, sessionsEnded };
  });
}

/** By this an executor that trusts the old key comes to trust the new one, whoever hands it over. */
function endorse(
  encryption: EncryptionKeys,
  old: SigningKeyRow,
  key: Pick<KeyMaterial, 'id' | 'publicKey'>,
  now: Date,
): Promise<string> {
  if (old.sealed === null) throw new Error(`the signing key ${old.id} is retired`);
  const secret = Buffer.from(openValue(encryption, old.sealed, placeOf(old.id)), 'base64url');
  return new SignJWT({ jwk: { kty: 'OKP', crv: 'Ed25519', x: key.publicKey, kid: key.id } })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'mcp-key-endorsement+jwt', kid: old.id })
    .setIssuedAt(now)
    .sign(ed25519(secret));
}
