import type { Logger } from 'pino';
import type { OpenDatabase } from '../../db/open-database.ts';
import { makeKey, seedOf } from './key-material.ts';
import type * as ring from './key-ring.ts';
import * as opening from './key-ring.ts';
import { retireSigningKeys } from './retire-signing-keys.ts';
import * as rotation from './rotate-signing-key.ts';
import { readSigningKeys } from './signing-keys.store.ts';

export type KeyRing = ring.KeyRing;
export type RingMaterial = ring.RingMaterial;
export type SessionKey = ring.SessionKey;

export const openKeyRing = opening.openKeyRing;
export const rotateSigningKey = rotation.rotateSigningKey;
export const unopenedKeys = opening.unopenedKeys;

export interface KeysModuleDeps extends rotation.RotateKeyDeps {
  listen: OpenDatabase['listen'];
  log: Logger;
  keys: rotation.RotateKeyDeps['keys'] & Pick<KeyRing, 'reload'>;
  /** PEM of the key that should sign grants; one that is new here takes over. */
  grantSigningPem?: string | undefined;
}

const LOOK_EVERY_MS = 30_000;

/** Keeps this instance's keys up to date, and lets replaced ones go when their time has come. */
export function createKeysModule(deps: KeysModuleDeps) {
  const { keys, log, grantSigningPem } = deps;
  let timer: NodeJS.Timeout | undefined;
  let unlisten: (() => Promise<void>) | undefined;
  let round: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    await retireSigningKeys({ ...deps, actor: 'system' });
    await keys.reload();
  };
  const wake = (work: () => Promise<void>): void => {
    round = round
      .then(work)
      .catch((error: unknown) => log.error({ err: error }, 'the signing keys could not be looked at; trying again'));
  };

  return {
    start: async (): Promise<void> => {
      if (grantSigningPem !== undefined) await takeOver(deps, seedOf(grantSigningPem, 'GRANT_SIGNING_KEY_FILE'));
      await look();
      unlisten = await deps.listen(rotation.SIGNING_KEYS_CHANGED, () => wake(keys.reload));
      timer = setInterval(() => wake(look), LOOK_EVERY_MS);
    },
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await unlisten?.();
      await round;
    },
    /** Done now and then by itself. */
    look,
  };
}

/** A file that names a key of earlier, or the present one, changes nothing: it was rotated since. */
async function takeOver(deps: KeysModuleDeps, secret: Buffer): Promise<void> {
  const { id } = makeKey('grant', secret);
  if ((await readSigningKeys(deps.db)).some((row) => row.id === id)) return;
  const request = { purpose: 'grant', atOnce: false, actor: 'system', secret } as const;
  await rotation.rotateSigningKey(deps, { ...request, details: { from: 'GRANT_SIGNING_KEY_FILE' } });
}
