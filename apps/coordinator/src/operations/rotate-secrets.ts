import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../db/schema.ts';
import type { KeptSecret } from '../kept-secret.ts';
import type { Keys } from '../keys.ts';
import type { RecordAudit } from '../modules/audit/audit.module.ts';
import { type Rewrapped, rewrapSecrets } from '../secrets/rewrap-secrets.ts';

export interface RotateSecretsDeps {
  db: Db;
  keys: Pick<Keys, 'encryption'>;
  recordAudit: RecordAudit;
  /** Where the encryption key is kept; null when the environment gives it. */
  keptEncryptionKey: KeptSecret | null;
  /** Who runs the command, for the audit record. */
  operator: string;
}
export interface RotatedSecrets {
  /** Of the encryption key that everything is under now. */
  readonly keyId: string;
  readonly rows: number;
}
type Incomplete = Refusal<'invalid_transition' | 'internal_error'>;

/** Somebody who seals under an earlier key all the while would keep us here for ever. */
const PASSES_MAX = 5;

/**
 * Moves every secret under a new encryption key: one that is made here, or the one that the environment gives beside the
 * former. May be called again after a kill, and goes on. The former key is forgotten only when nothing is left under it.
 */
export async function rotateSecrets(deps: RotateSecretsDeps): Promise<Result<RotatedSecrets, Incomplete>> {
  const { encryption } = deps.keys;
  if (deps.keptEncryptionKey) encryption.replace(deps.keptEncryptionKey.renew());
  const former = encryption.all().slice(1);
  if (former.length === 0) return deny(NOTHING_TO_MOVE_TO);
  const done = await rewrapAll(deps);
  await record(deps, done);
  if (done.failures.length > 0) return deny(unopened(done));
  if (deps.keptEncryptionKey) {
    deps.keptEncryptionKey.settle();
    encryption.replace(deps.keptEncryptionKey.read());
  }
  return accept({ keyId: encryption.current().id, rows: done.rows });
}

async function rewrapAll({ db, keys }: RotateSecretsDeps): Promise<Rewrapped> {
  let rows = 0;
  for (let pass = 1; ; pass++) {
    const done = await rewrapSecrets({ db, encryption: keys.encryption });
    rows += done.rows;
    // Until a pass finds nothing: another instance may still have sealed under a former key in between.
    if (done.rows === 0 || pass === PASSES_MAX) return { rows, failures: done.failures };
  }
}

const record = ({ db, keys, recordAudit, operator }: RotateSecretsDeps, { rows, failures }: Rewrapped): Promise<void> =>
  db.transaction().execute((tx) =>
    recordAudit(tx, {
      action: 'encryption_key_rotated',
      actor: 'system',
      target: keys.encryption.current().id,
      result: failures.length === 0 ? 'success' : 'failure',
      details: {
        ...{
          operator,
          rows,
          former: keys.encryption
            .all()
            .slice(1)
            .map(({ id }) => id),
        },
        ...(failures.length > 0 ? { unopened: failures.length } : {}),
      },
    }),
  );

const NOTHING_TO_MOVE_TO = refuse(
  'invalid_transition',
  'The encryption key is given by the environment, and there is no former one: nothing was changed. Set ENCRYPTION_KEY_PREVIOUS to the present key and ENCRYPTION_KEY to a new one (openssl rand -base64 32) on every instance, start them again, and run this command again.',
);

const unopened = ({ rows, failures }: Rewrapped): Refusal<'internal_error'> =>
  refuse(
    'internal_error',
    `${rows} rows are under the new encryption key, and ${failures.length} values could not be opened and were left as they are; the former key is kept. Mend these, and run the command again: ${failures.slice(0, 5).join('; ')}.`,
  );
