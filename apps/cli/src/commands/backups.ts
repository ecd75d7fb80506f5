import { type Command, InvalidArgumentError } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { onThisMachine } from '../on-this-machine.ts';
import { print, table } from '../terminal.ts';

interface Listed {
  path: string;
  createdAt: string;
  engine: string;
  withKeys: boolean;
  rows: number;
  bytes: number;
}
interface Audited {
  audit: { valid: boolean | null; size: number; problems: { problem: string }[] };
}

/** Copies of the database with its keys, and the way back from one; beside the database, never over the network. */
export function addBackupCommands(program: Command, context: Context): void {
  const { terminal } = context;
  const backup = program.command('backup').description('copies of the database, its keys and its configuration');
  backup
    .command('create')
    .description('make one while the coordinator works; it is a folder for its owner alone')
    .option('--to <folder>', 'the folder of backups (BACKUP_DIR; backups in DATA_DIR)')
    .option('--keep <count>', 'remove all but this many of the newest', positive)
    .option('--without-keys', 'leave keys and configuration out: they are kept elsewhere')
    .action((options: CreateOptions) => create(context, options));
  backup
    .command('list')
    .description('list them, newest first')
    .option('--from <folder>', 'the folder of backups (BACKUP_DIR; backups in DATA_DIR)')
    .action(async ({ from }: { from?: string }) => {
      const { backups } = (await operate(context, {
        operation: 'list_backups',
        ...(from === undefined ? {} : { from }),
      })) as { backups: Listed[] };
      print(terminal, { backups }, () =>
        table([
          ['TIME', 'DATABASE', 'KEYS', 'ROWS', 'BYTES', 'FOLDER'],
          ...backups.map((one) => [
            ...[one.createdAt, one.engine, one.withKeys ? 'yes' : 'no', one.rows, one.bytes, one.path],
          ]),
        ]),
      );
    });
  backup
    .command('verify')
    .description(
      'restore it into a scratch place, compare every table, and verify its audit log; exits with 9 when that fails',
    )
    .argument('<folder>')
    .action(async (folder: string) => {
      const verified = (await operate(context, { operation: 'verify_backup', backup: folder })) as Listed & Audited;
      print(terminal, verified, () =>
        [`Every table is as it was kept: ${verified.rows} rows.`, logLine(verified)].join('\n'),
      );
      requireValid(verified);
    });
  program
    .command('restore')
    .description('bring a backup into a new place: an empty DATA_DIR, or an empty PostgreSQL database')
    .argument('<folder>')
    .option('--yes', 'without asking')
    .action((folder: string, options: { yes?: boolean }) => restore(context, folder, options));
  program
    .command('move')
    .description('bring the embedded database of DATA_DIR to PostgreSQL (DB_HOST or DATABASE_URL), every row compared')
    .option('--yes', 'without asking')
    .action((options: { yes?: boolean }) => move(context, options));
}

interface CreateOptions {
  to?: string;
  keep?: number;
  withoutKeys?: boolean;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a whole number, 1 or more.');
  return Number(text);
}

function operate(context: Context, request: object): Promise<unknown> {
  onThisMachine(context);
  return context.operate(request);
}

async function create(context: Context, { to, keep, withoutKeys = false }: CreateOptions): Promise<void> {
  const { terminal } = context;
  const request = {
    ...(to === undefined ? {} : { to }),
    ...(keep === undefined ? {} : { keep }),
    withKeys: !withoutKeys,
  };
  const made = (await operate(context, { operation: 'create_backup', ...request })) as {
    path: string;
    manifest: { id: string; createdAt: string };
    removed: string[];
  };
  terminal.say(
    [
      ...(withoutKeys ? ['Keys and configuration are not in it.'] : ['The keys are in it: keep it as safe as them.']),
      ...(made.removed.length > 0 ? [`Older ones removed: ${made.removed.length}.`] : []),
      `See that it can be restored: mcp-coordinator backup verify ${made.path}`,
    ].join('\n'),
  );
  const { path, manifest, removed } = made;
  print(terminal, { path, id: manifest.id, createdAt: manifest.createdAt, removed }, () => path);
}

/** Nothing there is overwritten; but everybody has to sign in anew, and the log begins a new epoch. */
async function confirmed({ terminal }: Context, yes: boolean | undefined, question: string): Promise<void> {
  if (yes) return;
  if (!terminal.interactive)
    throw usageError(`${question} Nobody can be asked here; nothing was done.`, 'Say so by --yes.');
  if (!(await terminal.confirm(question))) throw new CliError(EXIT.interrupted, 'Nothing was done.', 'Run it again.');
}

async function restore(context: Context, folder: string, { yes }: { yes?: boolean }): Promise<void> {
  await confirmed(context, yes, 'Restore it into the place that the variables name?');
  const restored = (await operate(context, { operation: 'restore_backup', backup: folder })) as Listed &
    Audited & { epoch: number };
  context.terminal.say(
    'Sessions, approval tokens and idempotency keys from before are dead: everybody signs in again. What happened after the backup is lost; a witness of the audit log sees that.',
  );
  print(context.terminal, restored, () =>
    [
      `Restored ${restored.rows} rows as of ${restored.createdAt}.`,
      `Epoch ${restored.epoch} of the audit log has begun.`,
      logLine(restored),
    ].join('\n'),
  );
  requireValid(restored);
}

async function move(context: Context, { yes }: { yes?: boolean }): Promise<void> {
  await confirmed(context, yes, 'Move the embedded database to the PostgreSQL that the variables name?');
  const moved = (await operate(context, { operation: 'move_database' })) as Audited & {
    tables: number;
    rows: number;
    kept: string;
  };
  context.terminal.say(`The embedded database stays as ${moved.kept}; remove it when you need it no more.`);
  print(context.terminal, moved, () =>
    [`Moved ${moved.rows} rows of ${moved.tables} tables, each compared.`, logLine(moved)].join('\n'),
  );
  requireValid(moved);
}

const logLine = ({ audit }: Audited): string =>
  audit.valid ? `The audit log verifies: ${audit.size} records.` : `The audit log does not verify.`;

function requireValid({ audit }: Audited): void {
  if (audit.valid) return;
  throw new CliError(
    EXIT.auditIntegrity,
    `The audit log does not verify: ${audit.problems.map(({ problem }) => problem).join(' ')}`,
    'Try an older backup, and keep this one for whoever looks into it.',
    'audit_integrity',
  );
}
