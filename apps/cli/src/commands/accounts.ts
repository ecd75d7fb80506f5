import { ROLES, type Role } from '@mcp-coordinator/contract/permissions';
import { SERVER_KINDS, type ServerKind } from '@mcp-coordinator/contract/servers.contract';
import { type Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { accepted, type Context, secretFrom } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { print, table } from '../terminal.ts';

const LIMIT = 200;

/** People and machine keys. */
export function addAccountCommands(users: Command, program: Command, context: Context): void {
  const { terminal, signal } = context;
  users
    .command('list')
    .description('list the people')
    .action(async () => {
      const people = await allUsers(context);
      print(terminal, { users: people }, () =>
        table([
          ['NAME', 'ROLE', 'DISABLED', 'LAST SIGN-IN'],
          ...people.map(({ username, role, disabled, lastLoginAt }) => [
            username,
            role,
            disabled ? 'yes' : 'no',
            lastLoginAt,
          ]),
        ]),
      );
    });
  users
    .command('create')
    .argument('<name>')
    .addOption(new Option('--role <role>').choices(ROLES).makeOptionMandatory())
    .option('--password-file <file>', 'read the password from a file, or from stdin (-)')
    .action(async (username: string, { role, passwordFile }: { role: Role; passwordFile?: string }) => {
      const password = await secretFrom(context, passwordFile, `Password of ${username}`, '--password-file');
      const { user } = await accepted(context.client().createUser({ body: { username, password, role } }, { signal }));
      print(terminal, { user }, () => `${user.username} is ${user.role}.`);
    });
  for (const [what, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    users
      .command(what)
      .argument('<name>')
      .action((name: string) => change(context, name, { disabled }, `is ${what}d`));
  }
  users
    .command('role')
    .description('give an account another role; ends its sessions')
    .argument('<name>')
    .argument('<role>')
    .action((name: string, role: string) => change(context, name, { role: role as Role }, `is ${role}`));
  addKeyCommands(program.command('key').description('machine keys'), context);
}

async function allUsers(context: Context) {
  const { users } = await accepted(context.client().listUsers({ query: { limit: LIMIT } }, { signal: context.signal }));
  return users;
}

async function change(context: Context, name: string, body: { role?: Role; disabled?: boolean }, now: string) {
  const found = (await allUsers(context)).find(({ username }) => username === name);
  if (!found) {
    throw new CliError(
      EXIT.notFound,
      `There is no account ${name}; nothing was changed.`,
      'Look at them with: mcp-coordinator user list',
      'not_found',
    );
  }
  const { user } = await accepted(
    context.client().updateUser({ params: { id: found.id }, body }, { signal: context.signal }),
  );
  print(context.terminal, { user }, () => `${name} ${now}.`);
}

function addKeyCommands(keys: Command, context: Context): void {
  const { terminal, signal } = context;
  keys.command('list').action(async () => {
    const { apiKeys } = await accepted(context.client().listApiKeys({ query: { limit: LIMIT } }, { signal }));
    print(terminal, { apiKeys }, () =>
      table([
        ['ID', 'NAME', 'KIND', 'SERVER', 'OWNER', 'LAST USED', 'REVOKED'],
        ...apiKeys.map((key) => [key.id, key.name, key.kind, key.serverId, key.owner, key.lastUsedAt, key.revokedAt]),
      ]),
    );
  });
  keys
    .command('create')
    .description('make a key for one machine; its value is shown once')
    .argument('<name>')
    .addOption(new Option('--kind <kind>').choices(SERVER_KINDS).makeOptionMandatory())
    .requiredOption('--server <id>', 'the id of the server that it is for')
    .option('--owner <name>', 'who counts as the proposer of what it proposes')
    .action(async (name: string, { kind, server, owner }: { kind: ServerKind; server: string; owner?: string }) => {
      const body = { name, kind, serverId: server, ...(owner === undefined ? {} : { owner }) };
      const { id, key } = await accepted(context.client().createApiKey({ body }, { signal }));
      terminal.say('Shown once.');
      print(terminal, { id, key }, () => key);
    });
  keys
    .command('revoke')
    .argument('<id>')
    .action(async (id: string) => {
      await accepted(context.client().revokeApiKey({ params: { id } }, { signal }));
      print(terminal, { revoked: id }, () => `${id} is revoked.`);
    });
}
