import { createClient } from '@mcp-coordinator/client/http';
import type { Command } from 'commander';
import { refusalError } from '../cli-error.ts';
import { accepted, type Context, reached, reasonFrom, secretFrom } from '../context.ts';
import { readSettingsFile, writeSettingsFile } from '../settings.ts';
import { print, table } from '../terminal.ts';

interface LoginOptions {
  username?: string;
  passwordFile?: string;
}

/** Who one is at the coordinator, and what one consents to. */
export function addSignInCommands(program: Command, context: Context): void {
  program
    .command('login')
    .description('sign in; the session is kept in the configuration file, for its owner alone')
    .option('--username <name>')
    .option('--password-file <file>', 'read the password from a file, or from stdin (-)')
    .action((options: LoginOptions) => login(context, options));
  program
    .command('logout')
    .description('end the session')
    .action(async () => {
      await accepted(context.client().logout({}, { signal: context.signal }));
      keepToken(context, undefined);
      print(context.terminal, { signedIn: false }, () => 'Signed out.');
    });
  const tokens = program.command('token').description('approval tokens: consent that lives short and counts once');
  tokens
    .command('create')
    .description('mint one; its value is shown once')
    .option('--reason <text>')
    .option('--proposal <id>', 'good for this proposal alone')
    .action(async ({ reason, proposal }: { reason?: string; proposal?: string }) => {
      const minted = await mint(context, await reasonFrom(context, reason), proposal);
      print(context.terminal, minted, () => minted.approvalToken);
    });
  tokens
    .command('list')
    .description('list one’s own, never their value')
    .action(async () => {
      const { approvalTokens } = await accepted(context.client().listApprovalTokens({}, { signal: context.signal }));
      print(context.terminal, { approvalTokens }, () =>
        table([
          ['ID', 'STATE', 'EXPIRES', 'REASON'],
          ...approvalTokens.map(({ id, state, expiresAt, reason }) => [id, state, expiresAt, reason]),
        ]),
      );
    });
  tokens
    .command('revoke')
    .argument('<id>')
    .action(async (id: string) => {
      await accepted(context.client().revokeApprovalToken({ params: { id } }, { signal: context.signal }));
      print(context.terminal, { revoked: id }, () => `${id} is revoked.`);
    });
}

/** A token of one's own; whoever has an authenticator app is asked for its code. */
export async function mint(context: Context, reason: string, proposalId?: string) {
  const body = { reason, ...(proposalId === undefined ? {} : { proposalId }) };
  const client = context.client();
  const first = await reached(client.mintApprovalToken({ body }, { signal: context.signal }));
  if (first.ok) return first.value;
  const { terminal } = context;
  if (first.refusal.code !== 'mfa_required' || !terminal.interactive) throw refusalError(first.refusal);
  const otp = await terminal.askSecret('Code of the authenticator app');
  return accepted(client.mintApprovalToken({ body: { ...body, otp } }, { signal: context.signal }));
}

async function login(context: Context, options: LoginOptions): Promise<void> {
  const { terminal, signal, settings } = context;
  const username = options.username ?? (terminal.interactive ? await terminal.ask('User name') : 'admin');
  const password = await secretFrom(context, options.passwordFile, `Password of ${username}`, '--password-file');
  const client = createClient({ baseUrl: settings().url });
  const first = await reached(client.login({ body: { username, password } }, { signal }));
  const needsCode = !first.ok && first.refusal.code === 'mfa_required' && terminal.interactive;
  const session = needsCode
    ? await accepted(
        client.login(
          { body: { username, password, otp: await terminal.askSecret('Code of the authenticator app') } },
          { signal },
        ),
      )
    : await accepted(Promise.resolve(first));
  keepToken(context, session.token);
  const { user, expiresAt } = session;
  print(terminal, { user, expiresAt }, () => `Signed in as ${user.username} (${user.role}) until ${expiresAt}.`);
}

function keepToken({ settings }: Context, token: string | undefined): void {
  const { file, url } = settings();
  const kept = readSettingsFile(file);
  const { origin } = new URL(url);
  const { [origin]: _old, ...others } = kept.tokens ?? {};
  writeSettingsFile(file, { ...kept, tokens: token === undefined ? others : { ...others, [origin]: token } });
}
