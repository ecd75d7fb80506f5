import { usernameSchema } from '@mcp-coordinator/contract/auth.contract';
import { type Command, Option } from 'commander';
import { usageError } from '../cli-error.ts';
import { type Context, reasonFrom, secretFrom } from '../context.ts';
import { onThisMachine } from '../on-this-machine.ts';
import { print } from '../terminal.ts';

interface RotateOptions {
  now?: boolean;
}
interface RecoverOptions {
  passwordFile?: string;
  keepPassword?: boolean;
  removeSecondFactors?: boolean;
}

/** What the coordinator's own program does on its database; the coordinator may be at work meanwhile. */
export function addDatabaseCommands(
  program: Command,
  { users, audit }: { users: Command; audit: Command },
  context: Context,
): void {
  program
    .command('secrets')
    .description('secrets at rest')
    .command('rotate')
    .description('move everything that is sealed under a new encryption key; goes on where it was cut off')
    .action(async () => {
      onThisMachine(context);
      const rotated = (await context.operate({ operation: 'rotate_secrets' })) as { keyId: string; rows: number };
      print(context.terminal, rotated, () => `${rotated.rows} rows are under the encryption key ${rotated.keyId} now.`);
    });
  program
    .command('log-level')
    .description('what the coordinator at work writes to its log from now on, until its next start')
    .argument('<level>', 'trace, debug, info, warn, error, fatal or silent')
    .action(async (level: string) => {
      onThisMachine(context);
      const changed = (await context.operate({ operation: 'set_log_level', level })) as {
        before: string;
        after: string;
      };
      print(context.terminal, changed, () => `${changed.after}, and was ${changed.before}.`);
    });
  const keys = program.command('keys').description('keys that sign');
  keys
    .command('rotate')
    .description('let a new key sign; what the old one signed counts until it expires')
    .argument('<purpose>', 'grant or session')
    .option('--now', 'end the old key, and all that it signed, at once: somebody else may have it')
    .action((purpose: string, { now = false }: RotateOptions) => rotateKey(context, purpose, now));
  users
    .command('recover')
    .description('let somebody back in who is locked out: end the lock-out and all sessions, set a password')
    .argument('<name>')
    .option('--password-file <file>', 'read the new password from a file, or from stdin (-)')
    .addOption(new Option('--keep-password', 'leave the password as it is').conflicts('passwordFile'))
    .option('--remove-second-factors', 'remove the authenticator app, the passkeys and the recovery codes')
    .action((name: string, options: RecoverOptions) => recover(context, name, options));
  audit
    .command('new-epoch')
    .description('after the database was restored from a copy: end what came back with it, and begin a log of its own')
    .option('--reason <text>')
    .action((options: { reason?: string }) => startEpoch(context, options.reason));
  const migrations = program.command('migrate').description('the database’s schema');
  for (const [what, words] of [
    ['up', 'bring the database up to date'],
    ['status', 'say which migrations have not run'],
  ] as const) {
    migrations
      .command(what)
      .description(words)
      .action(async () => {
        onThisMachine(context);
        const said = await context.migrate(what);
        print(context.terminal, { migrations: said }, () => said);
      });
  }
}

async function rotateKey(context: Context, purpose: string, atOnce: boolean): Promise<void> {
  onThisMachine(context);
  if (purpose !== 'grant' && purpose !== 'session')
    throw usageError(`There is no key for ${purpose}: it is grant or session. Nothing was changed.`);
  const rotated = (await context.operate({ operation: 'rotate_key', purpose, atOnce })) as {
    keyId: string;
    replacedKeyId: string;
    retiresAt: string;
    sessionsEnded: number;
  };
  print(context.terminal, rotated, () =>
    [
      `${rotated.keyId} signs now.`,
      atOnce
        ? `${rotated.replacedKeyId} is retired.`
        : `What ${rotated.replacedKeyId} signed counts until ${rotated.retiresAt}.`,
      ...(purpose === 'session' && atOnce ? [`Sessions ended: ${rotated.sessionsEnded}.`] : []),
    ].join('\n'),
  );
}

async function recover(context: Context, name: string, options: RecoverOptions): Promise<void> {
  onThisMachine(context);
  const { terminal } = context;
  const username = usernameSchema.safeParse(name);
  if (!username.success) throw usageError(`${name} is no user name; nothing was changed.`);
  const password = options.keepPassword
    ? undefined
    : await secretFrom(context, options.passwordFile, `New password of ${username.data}`, '--password-file');
  const recovered = (await context.operate({
    operation: 'recover_user',
    username: username.data,
    removeSecondFactors: options.removeSecondFactors ?? false,
    ...(password === undefined ? {} : { password }),
  })) as { username: string; disabled: boolean; secondFactorsRemoved: number; sessionsEnded: number };
  print(terminal, recovered, () =>
    [
      `${recovered.username} can sign in again.`,
      `Sessions ended: ${recovered.sessionsEnded}. Second factors removed: ${recovered.secondFactorsRemoved}.`,
      ...(recovered.disabled ? ['The account is still disabled: another admin has to enable it.'] : []),
    ].join('\n'),
  );
}

async function startEpoch(context: Context, given: string | undefined): Promise<void> {
  onThisMachine(context);
  const reason = await reasonFrom(context, given);
  const begun = (await context.operate({ operation: 'start_epoch', reason })) as { epoch: number };
  print(context.terminal, begun, () =>
    [
      `Epoch ${begun.epoch} of the audit log has begun.`,
      'Sessions, approval tokens, idempotency keys and recovery codes from before are dead: everybody signs in again and makes new recovery codes.',
      'What was changed since the copy is not known here. Look at accounts, machine keys and the policy, and rotate signing keys that were ended since then.',
    ].join('\n'),
  );
}
