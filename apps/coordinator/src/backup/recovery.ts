import { resolve } from 'node:path';
import type { AuditVerification } from '@mcp-coordinator/contract/audit.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { z } from 'zod';
import { type Closing, withClosing } from '../closing.ts';
import type { Coordinator } from '../compose.ts';
import type { Config } from '../config.ts';
import type { DataFolder } from '../data-folder.ts';
import { rowsIn } from '../db/table-facts.ts';
import { withFormerKeys } from '../open-secrets.ts';
import type { Clock, NewId } from '../runtime.ts';
import { listBackups } from './create-backup.ts';
import { BackupError, type Manifest, readManifest } from './manifest.ts';
import { moveDatabase } from './move-database.ts';
import { restoreInto, type WholeBackup } from './restore-backup.ts';
import { withScratchPlace } from './scratch-place.ts';

const requestSchema = z.discriminatedUnion('operation', [
  z.strictObject({ operation: z.literal('list_backups'), from: z.string().min(1).optional() }),
  z.strictObject({ operation: z.literal('verify_backup'), backup: z.string().min(1) }),
  z.strictObject({ operation: z.literal('restore_backup'), backup: z.string().min(1) }),
  z.strictObject({ operation: z.literal('move_database') }),
]);
type Opened = Pick<Coordinator, 'audit' | 'operate'>;
type RecoveryRequest = z.infer<typeof requestSchema>;

/** What is done without a coordinator at work: in a place where none is yet, or where none may be meanwhile. */
export interface RecoveryDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly operator: string;
  /** Holds the data folder against every other process. */
  readonly takeFolder: (config: Config) => Promise<DataFolder>;
  /** The coordinator's parts there, of which none works by itself. */
  readonly open: (config: Config, folder: DataFolder, closing: Closing) => Promise<Opened>;
}

export const recoveryRequest = (given: unknown): RecoveryRequest | undefined => requestSchema.safeParse(given).data;

/** Runs what a command asked for. What cannot be used as a backup is a refusal. */
export async function runRecovery(deps: RecoveryDeps, request: RecoveryRequest): Promise<Result<object, Refusal>> {
  try {
    return accept(await recover(deps, request));
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    return deny(refuse('action_refused', error.message));
  }
}

function recover(deps: RecoveryDeps, request: RecoveryRequest): Promise<object> {
  switch (request.operation) {
    case 'list_backups':
      return Promise.resolve({ backups: listBackups(resolve(request.from ?? deps.config.backupDir)).map(shown) });
    case 'verify_backup':
      return verifyBackup(deps, wholeBackup(request.backup));
    case 'restore_backup':
      return restoreBackup(deps, wholeBackup(request.backup));
    case 'move_database':
      return move(deps);
  }
}

const wholeBackup = (folder: string): WholeBackup => ({ folder: resolve(folder), manifest: readManifest(folder) });

const shown = ({ path, manifest }: { path: string; manifest: Manifest }) => ({
  ...{ path, id: manifest.id, createdAt: manifest.createdAt, engine: manifest.engine, withKeys: manifest.withKeys },
  rows: rowsIn(manifest.tables),
  bytes: Object.values(manifest.files).reduce((sum, { bytes }) => sum + bytes, 0),
});

/** Restores it into a scratch place, compares every table, and verifies its audit log up to the checkpoint it names. */
const verifyBackup = (deps: RecoveryDeps, backup: WholeBackup): Promise<object> =>
  withScratchPlace(deps.config, backup, async (scratch) => {
    await restoreInto(scratch, backup);
    const { checkpoint, tables } = backup.manifest;
    const audit = await inPlace(deps, scratch, ({ audit: log }) => verified(log, checkpoint));
    return { ...shown({ path: backup.folder, manifest: backup.manifest }), tables: Object.keys(tables).length, audit };
  });

async function restoreBackup(deps: RecoveryDeps, backup: WholeBackup): Promise<object> {
  const { config } = deps;
  await restoreInto(config, backup);
  const { id, createdAt, checkpoint } = backup.manifest;
  const reason = `restored from the backup ${id} of ${createdAt}`;
  return inPlace(deps, config, async ({ audit, operate }) => {
    const begun = await operate({ operator: deps.operator, request: { operation: 'start_epoch', reason } });
    if (!begun.ok) throw new BackupError(begun.refusal.detail);
    const restored = shown({ path: backup.folder, manifest: backup.manifest });
    return { ...restored, ...begun.value, audit: await verified(audit, checkpoint) };
  });
}

async function move(deps: RecoveryDeps): Promise<object> {
  const folder = await deps.takeFolder({ ...deps.config, database: { kind: 'embedded' } });
  const moved = await moveDatabase({ ...deps, folder }).finally(() => folder.release());
  return { ...moved, audit: await inPlace(deps, deps.config, ({ audit: log }) => verified(log, null)) };
}

async function inPlace<Value>(
  deps: RecoveryDeps,
  config: Config,
  work: (opened: Opened) => Promise<Value>,
): Promise<Value> {
  let value: Value | undefined;
  await withClosing(async (closing) => {
    const folder = await deps.takeFolder(config);
    closing.add(() => folder.release());
    value = await work(await deps.open(withFormerKeys(config), folder, closing));
    await closing.closeAll();
  });
  return value as Value;
}

async function verified(log: Coordinator['audit'], checkpoint: string | null): Promise<AuditVerification> {
  const found = await log.verify();
  const other = checkpoint === null ? undefined : await log.checkKept(checkpoint);
  const problems = other ? [other, ...found.problems] : found.problems;
  return { ...found, valid: problems.length === 0, problems };
}
