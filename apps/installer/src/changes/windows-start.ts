import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { ChangeRefusal } from './draft.ts';

/** Commands that are scripts of the command interpreter there, and that nothing else starts. */
const SCRIPTS = /^(?:npx|npm|pnpm|yarn|bunx)$|\.(?:cmd|bat)$/i;
/** What the command interpreter would read as more than text, whatever is quoted around it. */
const READS_MORE = /[&|<>^%!"()\r\n]/;

/** On Windows a script is started by `cmd /c`; everywhere else, and for programs, the launch stays as it is. */
export function startable(launch: Launch, platform: NodeJS.Platform): Result<Launch, ChangeRefusal> {
  const { command, args = [] } = launch;
  if (platform !== 'win32' || command === undefined || !SCRIPTS.test(command)) return accept(launch);
  const words = [command, ...args];
  const dangerous = words.find((word) => READS_MORE.test(word));
  if (dangerous === undefined) return accept({ ...launch, command: 'cmd', args: ['/c', ...words] });
  const detail = `On Windows ${command} is a script, and its interpreter would read more than text in ${JSON.stringify(dangerous)}. Nothing was changed. Use store: managed, which starts the program itself, or give the value in a variable.`;
  return deny(refuse('action_refused', detail));
}

/** A script's launch without the `cmd /c` around it. */
export function withoutInterpreter(launch: Launch, platform: NodeJS.Platform): Launch {
  const [slash = '', command, ...args] = launch.args ?? [];
  if (platform !== 'win32' || command === undefined || !SCRIPTS.test(command)) return launch;
  return /^(?:.*[\\/])?cmd(?:\.exe)?$/i.test(launch.command ?? '') && /^\/c$/i.test(slash)
    ? { ...launch, command, args }
    : launch;
}
