import { usernameSchema } from '@mcp-coordinator/contract/auth.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { ROTATING_PURPOSES } from '@mcp-coordinator/core/keys/signing-key-life';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { z } from 'zod';
import { type BackupRequest, type CreateBackupDeps, createBackup } from '../backup/create-backup.ts';
import { BackupError } from '../backup/manifest.ts';
import { endCredentials } from '../db/end-credentials.ts';
import { pendingMigrations } from '../db/migrate.ts';
import type { Tx } from '../db/schema.ts';
import { examineDatabase } from '../doctor/examine-database.ts';
import type { Keys } from '../keys.ts';
import { LOG_LEVELS } from '../log.ts';
import { startEpoch } from '../modules/audit/audit.module.ts';
import {
  endEverySession,
  type RecoverAccountDeps,
  recoverAccount,
  sendCredentialEnded,
} from '../modules/auth/auth.module.ts';
import { rotateSigningKey } from '../modules/keys/keys.module.ts';
import { type Clock, systemClock } from '../runtime.ts';
import { type RotateSecretsDeps, rotateSecrets } from './rotate-secrets.ts';

/** What is done beside the database, by who may read the data folder and the secrets: never over the network. */
export interface OperationDeps
  extends RotateSecretsDeps,
    RecoverAccountDeps,
    Omit<CreateBackupDeps, 'operator' | 'recordAudit'> {
  keys: Keys;
  clock: Clock;
  /** Of the coordinator at work; null where none is. */
  log: { level: string } | null;
}

const noneAtWork = (): Refusal =>
  refuse('invalid_request', 'No coordinator is at work on this data folder; LOG_LEVEL is for its next start.');

const requestSchema = z.discriminatedUnion('operation', [
  z.strictObject({ operation: z.literal('show_migrations') }),
  z.strictObject({ operation: z.literal('examine') }),
  z.strictObject({ operation: z.literal('rotate_secrets') }),
  z.strictObject({
    operation: z.literal('create_backup'),
    to: z.string().min(1).optional(),
    withKeys: z.boolean(),
    keep: z.int().min(1).optional(),
  }),
  z.strictObject({
    operation: z.literal('rotate_key'),
    purpose: z.enum(ROTATING_PURPOSES),
    /** Whether the old key, and all that it signed, stops counting in this moment. */
    atOnce: z.boolean(),
  }),
  z.strictObject({
    operation: z.literal('recover_user'),
    username: usernameSchema,
    password: z.string().max(1024).optional(),
    removeSecondFactors: z.boolean(),
  }),
  z.strictObject({ operation: z.literal('set_log_level'), level: z.enum(LOG_LEVELS) }),
  z.strictObject({ operation: z.literal('start_epoch'), reason: z.string().trim().min(1).max(1000) }),
]);
export type OperationAnswer = Result<object, Refusal>;

/** Runs what a command asked for; a request that is not understood is refused. */
export async function runOperation(deps: OperationDeps, given: unknown): Promise<OperationAnswer> {
  const parsed = requestSchema.safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    return deny(refuse('invalid_request', `The command is not understood; nothing was changed. ${wrong}`));
  }
  const request = parsed.data;
  const { operator } = deps;
  switch (request.operation) {
    case 'show_migrations':
      return accept({ pending: await pendingMigrations(deps.db) });
    case 'examine': {
      const { db, database, keys } = deps;
      const kind = database.engine.kind;
      return accept({ findings: await examineDatabase({ db, kind, encryption: keys.encryption, now: systemClock() }) });
    }
    case 'rotate_secrets':
      return rotateSecrets(deps);
    case 'create_backup':
      return backUp(deps, request);
    case 'rotate_key': {
      const { purpose, atOnce } = request;
      const asked = { purpose, atOnce, actor: 'system', details: { operator } };
      const rotated = await rotateSigningKey({ ...deps, endEverySession }, asked);
      await deps.keys.reload();
      return accept({ ...rotated, retiresAt: rotated.retiresAt.toISOString() });
    }
    case 'recover_user':
      return recoverAccount(deps, request);
    case 'set_log_level':
      return deps.log ? setLogLevel(deps, deps.log, request.level) : deny(noneAtWork());
    case 'start_epoch':
      return accept({ epoch: await startEpoch(deps, { ...request, operator, endCredentials: endAll(deps) }) });
  }
}

/** Until the next start, or the next change. It is in the log of record: who turns lines off may have a reason to. */
async function setLogLevel(
  { db, recordAudit, operator }: OperationDeps,
  log: { level: string },
  level: string,
): Promise<OperationAnswer> {
  const before = log.level;
  const details = { operator, before, after: level };
  await db
    .transaction()
    .execute((tx) => recordAudit(tx, { action: 'log_level_changed', actor: 'system', target: 'log', details }));
  log.level = level;
  return accept({ before, after: level });
}

/** What came back with a copy of the database ends, on every instance that is at work. */
const endAll =
  ({ clock }: OperationDeps) =>
  async (tx: Tx): Promise<void> => {
    await endCredentials(tx, clock());
    await sendCredentialEnded(tx, 'all');
  };
async function backUp(deps: CreateBackupDeps, request: BackupRequest): Promise<OperationAnswer> {
  try {
    return accept(await createBackup(deps, request));
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    return deny(refuse('action_refused', `${error.message} No backup was made.`));
  }
}
