import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { print } from '../terminal.ts';

const SECRET_BYTES = 32;
const MARK = { ok: '✓', fault: '✕', fixed: '✓', unknown: '?' } as const;

/** From an empty folder to a coordinator at work, and what to do where it does not work. */
export function addRunCommands(program: Command, context: Context): void {
  const { terminal } = context;
  program
    .command('init')
    .description('write a .env with secrets of its own into this folder, for its owner alone')
    .option('--port <port>', 'where to listen', '3000')
    .option('--database-url <url>', 'PostgreSQL instead of the embedded database')
    .action((options: InitOptions) => init(context, options));
  program
    .command('start')
    .description('run the coordinator with the dashboard until Ctrl-C')
    .option('--local-servers', 'with an installer and a compliance server for this machine')
    .action(async ({ localServers }: { localServers?: boolean }) =>
      ended(await context.handOver(localServers ? ['serve', '--local-servers'] : ['serve'])),
    );
  program
    .command('witness')
    .description('run a witness for the audit logs of others; its options: mcp-coordinator witness')
    .allowUnknownOption()
    .helpOption(false)
    .argument('[options...]')
    .action(async (options: string[]) => ended(await context.handOver(['witness', ...options])));
  program
    .command('doctor')
    .description(
      'say what keeps the coordinator from its work, and what to do about it; exits with 1 when there is something',
    )
    .option('--fix', 'mend what can be mended safely: permissions of secrets, migrations')
    .action(async ({ fix = false }: { fix?: boolean }) => {
      const findings = await context.examine(fix);
      print(terminal, { findings }, () =>
        findings
          .map(({ what, state, found, remedy }) =>
            [`${MARK[state]} ${what}: ${found}`, ...(remedy === null ? [] : [`  → ${remedy}`])].join('\n'),
          )
          .join('\n'),
      );
      const faults = findings.filter(({ state }) => state === 'fault');
      if (faults.length === 0) return;
      throw new CliError(
        EXIT.failure,
        `Faults: ${faults.map(({ what }) => what).join(', ')}.`,
        'Do what stands beside each, then run it again: mcp-coordinator doctor',
        'faults',
      );
    });
}

/** The program has said all there is to say. */
function ended(code: number): void {
  if (code === 0) return;
  throw new CliError(
    code === EXIT.usage ? EXIT.usage : EXIT.failure,
    `It ended with ${code}.`,
    'See what it said above, and: mcp-coordinator doctor',
  );
}

interface InitOptions {
  port: string;
  databaseUrl?: string;
}

function init({ terminal, workingFolder }: Context, { port, databaseUrl }: InitOptions): void {
  const file = join(workingFolder, '.env');
  if (existsSync(file))
    throw usageError(`${file} is there already; nothing was written.`, 'Change it by hand, or go to another folder.');
  if (!/^\d{1,5}$/.test(port)) throw usageError(`${port} is no port; nothing was written.`);
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl))
    throw usageError('The database is given as postgresql://user:password@host/name; nothing was written.');
  const secret = (): string => randomBytes(SECRET_BYTES).toString('base64url');
  const lines = [
    `PORT=${port}`,
    ...(databaseUrl === undefined ? [] : [`DATABASE_URL='${databaseUrl}'`]),
    ...['JWT_SECRET', 'SESSION_SECRET', 'ENCRYPTION_KEY'].map((name) => `${name}=${secret()}`),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
  terminal.say(
    'Next: mcp-coordinator start. Keep a copy of the secrets elsewhere: without ENCRYPTION_KEY a backup opens nothing.',
  );
  print(terminal, { file }, () => file);
}
