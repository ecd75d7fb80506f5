import { Command } from 'commander';
import { addAccountCommands } from './commands/accounts.ts';
import { addAssessmentCommands } from './commands/assessments.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addBackupCommands } from './commands/backups.ts';
import { addDatabaseCommands } from './commands/beside-database.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addConfigCommands } from './commands/config.ts';
import { addRemediationCommands } from './commands/remediations.ts';
import { addRunCommands } from './commands/run.ts';
import { addSignInCommands } from './commands/sign-in.ts';
import { addWatchCommand } from './commands/watch.ts';
import type { Context } from './context.ts';

export interface GlobalOptions {
  readonly url?: string;
  readonly json?: boolean;
  readonly input: boolean;
}

/** The command line: `prepare` is told the options for all before a command runs. */
export function createProgram(context: Context, version: string): Command {
  const program = new Command('mcp-coordinator')
    .version(version)
    .description('Governs MCP servers: assess, propose, approve, run, prove.')
    .option('--url <address>', 'where the coordinator is (COORDINATOR_URL; http://localhost:3000)')
    .option('--json', 'print JSON')
    .option('--no-input', 'never ask')
    .exitOverride();
  const audit = program.command('audit').description('the audit log');
  const users = program.command('user').description('accounts of people');
  addSignInCommands(program, context);
  addAccountCommands(users, program, context);
  addDatabaseCommands(program, { users, audit }, context);
  addBackupCommands(program, context);
  addRunCommands(program, context);
  addAssessmentCommands(program, context);
  addRemediationCommands(program, context);
  addAuditCommands(audit, program, context);
  addConfigCommands(program, context);
  addWatchCommand(program, context);
  addCompletionCommand(program, context);
  return program;
}
