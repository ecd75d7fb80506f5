import type { Command } from 'commander';
import type { Context } from '../context.ts';

/** Completion of command names, made of the commands there are. */
export function addCompletionCommand(program: Command, { terminal }: Context): void {
  program
    .command('completion')
    .description('print a completion script for bash: source <(mcp-coordinator completion)')
    .action(() => terminal.data(bashScript(program)));
}

function bashScript(program: Command): string {
  const names = (command: Command): string => command.commands.map((one) => one.name()).join(' ');
  const groups = program.commands.filter(({ commands }) => commands.length > 0);
  const cases = groups.map((group) => `    ${group.name()}) words="${names(group)}" ;;`);
  return [
    '_mcp_coordinator() {',
    `  local words="${names(program)}"`,
    '  [ "$COMP_CWORD" -gt 1 ] && case "${COMP_WORDS[1]}" in',
    ...cases,
    '    *) return ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -F _mcp_coordinator mcp-coordinator',
    '',
  ].join('\n');
}
