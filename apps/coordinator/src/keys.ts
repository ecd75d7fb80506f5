import type { Db } from './db/schema.ts';
import { type KeyRing, openKeyRing, type RingMaterial } from './modules/keys/keys.module.ts';
import type { Clock } from './runtime.ts';
import { createEncryptionKeys, type EncryptionKeys } from './secrets/encryption-keys.ts';
import { ENVELOPE_FORM, openValue, type Place, sealValue } from './secrets/envelope.ts';
import { rewrapSecrets } from './secrets/rewrap-secrets.ts';

/** Every secret of this process: what seals others, and what signs. */
export interface Keys extends KeyRing {
  readonly encryption: EncryptionKeys;
  /** For a secret that the database keeps; opens in the same place alone. */
  readonly seal: (text: string, place: Place) => string;
  /** Throws SealedValueError. */
  readonly open: (sealed: string, place: Place) => string;
}

export interface KeyMaterial extends RingMaterial {
  /** Encryption keys that only open, until everything is sealed under `encryptionKey`. */
  readonly previousEncryptionKeys?: readonly string[];
}

/** Opens what signs, makes what is missing, and gives values from before there were data keys one. */
export async function openKeys(db: Db, material: KeyMaterial, clock: Clock): Promise<Keys> {
  const encryption = createEncryptionKeys([material.encryptionKey, ...(material.previousEncryptionKeys ?? [])]);
  const ring = await openKeyRing({ db, encryption, clock, material });
  await rewrapSecrets({ db, encryption }, { behind: ENVELOPE_FORM });
  return {
    ...ring,
    encryption,
    seal: (text, place) => sealValue(encryption, text, place),
    open: (sealed, place) => openValue(encryption, sealed, place),
  };
}
