import { readFile, rm } from 'node:fs/promises';
import { type Action, actionSchema } from '@mcp-coordinator/contract/actions.contract';
import { Command } from 'commander';
import { z } from 'zod';
import type { Executor } from '../changes/executor.ts';
import type { FindServer } from '../sources/find-server.ts';
import type { Authority } from '../tools/authority.ts';
import { actionOf, type Words } from './action-words.ts';
import { applyCommand, planCommand } from './change-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { listCommand } from './list-command.ts';
import { type SourceWords, sourcedInstall } from './source-words.ts';
import { type ConsentOptions, EXIT, type Exit, type OutputOptions, type Terminal } from './terminal.ts';
import { undoCommand, uninstallCommand } from './undo-command.ts';

/** What the commands work with; composed only when one of them runs. */
export interface PersonDesk {
  readonly executor: Executor;
  readonly authority: Pick<Authority, 'propose'>;
  readonly findServer: FindServer;
  readonly terminal: Terminal;
}

export interface PersonProgram {
  desk(): Promise<PersonDesk>;
  readAll(): Promise<string>;
  end(exit: Exit): void;
}

const many = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
const actionsSchema = z.union([actionSchema.transform((action) => [action]), z.array(actionSchema).min(1).max(100)]);

type Options = Words & ConsentOptions;
type Carry = (desk: PersonDesk, actions: readonly Action[], options: Options) => Promise<Exit>;

/** The commands for people without a coordinator: list, plan, apply, undo, doctor, uninstall. */
export function personCommands(program: PersonProgram): Command[] {
  const plan = changeCommand('plan', 'show what a change would do, and do nothing', program, (desk, actions, options) =>
    planCommand(desk.executor, actions, desk.terminal, options),
  );
  const apply = changeCommand('apply', 'make a change, after asking', program, (desk, actions, options) =>
    applyCommand(desk.executor, desk.authority, actions, desk.terminal, options),
  );
  return [
    output(new Command('list').description('list the MCP servers of every client on this machine')).action(
      async (options: OutputOptions) => {
        const { executor, terminal } = await program.desk();
        program.end(await listCommand(executor, terminal, options));
      },
    ),
    plan,
    apply,
    consent(new Command('undo').description('undo the last change, or the one of this id').argument('[id]')).action(
      async (id: string | undefined, options: ConsentOptions) => {
        const { executor, terminal } = await program.desk();
        program.end(await undoCommand(executor, id, terminal, options));
      },
    ),
    output(new Command('doctor').description('look for what is wrong, and change nothing')).action(
      async (options: OutputOptions) => {
        const { executor, terminal } = await program.desk();
        program.end(await doctorCommand(executor, terminal, options));
      },
    ),
    consent(new Command('uninstall').description('give every file back as it was and remove what is kept')).action(
      async (options: ConsentOptions) => {
        const { executor, terminal } = await program.desk();
        const forget = () => rm(executor.machine.dataDir, { recursive: true, force: true });
        program.end(await uninstallCommand(executor, forget, terminal, options));
      },
    ),
  ];
}

const output = (command: Command): Command => command.option('--json', 'print data as JSON');
const consent = (command: Command): Command => output(command).option('-y, --yes', 'do not ask');
const target = (command: Command): Command =>
  command
    .option('-c, --client <id>', 'the client whose configuration is meant')
    .option('-s, --scope <scope>', 'user, project or local')
    .option('--path <file>', 'the file, where the client has several');
const STORE = ['--store <kind>', 'managed: keep the npm package on this machine and start it without npx'] as const;
const definition = (command: Command): Command =>
  command
    .argument('[command...]', 'the command and its arguments, after --')
    .option('--url <url>', 'a remote server')
    .option('--transport <name>', 'stdio, streamable-http or sse')
    .option('-e, --env <NAME=value>', 'a variable; a secret goes to the store', many)
    .option('-H, --header <Name: value>', 'a header', many)
    .option('--cwd <folder>', 'where the command runs')
    .option(...STORE)
    .option('--literal', 'write secrets into the file as they are');

function changeCommand(name: string, description: string, program: PersonProgram, carry: Carry): Command {
  const command = new Command(name).description(description);
  const run = async (
    type: Parameters<typeof actionOf>[0],
    server: string,
    argv: readonly string[],
    options: Options,
  ) => {
    const desk = await program.desk();
    const action = await actionOf(type, server, argv, options, desk.executor.machine);
    if (!action.ok) desk.terminal.say(action.refusal.detail);
    program.end(action.ok ? await carry(desk, [action.value], options) : EXIT.refused);
  };
  const sub = (word: string, about: string): Command =>
    consent(target(command.command(word).description(about).argument('<name>', "the server's name")));
  definition(sub('install', 'add a server')).action((server: string, argv: string[], options: Options) =>
    run('install_server', server, argv, options),
  );
  consent(target(command.command('from').description('add a server that a registry or a server.json describes')))
    .argument('<source>', "the server's name in the registry, or the path of a server.json")
    .option('--as <name>', 'its name in the client')
    .option('-i, --input <NAME=value>', 'a value it asks for; a secret goes to the store', many)
    .option('--kind <kind>', 'npm, pypi, oci or remote, where it offers several')
    .option(...STORE)
    .option('--release <version>', 'its version in the registry', 'latest')
    .action(async (source: string, options: Options & SourceWords) => {
      const { findServer, terminal } = await program.desk();
      const install = await sourcedInstall(source, options, findServer, terminal);
      if (install.ok) {
        const { name, argv, words } = install.value;
        await run('install_server', name, argv, { ...options, ...words });
      } else {
        terminal.say(install.refusal.detail);
        program.end(EXIT.refused);
      }
    });
  definition(sub('update', 'change a server'))
    .option('-f, --fix <fix>', 'pin_package, move_secrets, require_approval, disable or enable', many)
    .action((server: string, argv: string[], options: Options) => run('update_server', server, argv, options));
  sub('remove', 'take a server out').action((server: string, options: Options) =>
    run('remove_server', server, [], options),
  );
  sub('copy', 'write a server that another client has for this client').action((server: string, options: Options) =>
    run('generate_config', server, [], options),
  );
  consent(command.command('actions').description('actions as JSON, out of a file or from stdin'))
    .argument('[file]', 'the file; - or nothing for stdin', '-')
    .action(async (file: string, options: Options) => {
      const desk = await program.desk();
      const actions = parseActions(file === '-' ? await program.readAll() : await readFile(file, 'utf8'));
      if (actions === null) desk.terminal.say('These are no actions as the contract has them. Nothing was changed.');
      program.end(actions === null ? EXIT.refused : await carry(desk, actions, options));
    });
  return command;
}

function parseActions(text: string): Action[] | null {
  try {
    const parsed = actionsSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
