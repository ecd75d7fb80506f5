import { programName, unwrapCommand } from '../launch/unwrap-command.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

const SHELLS = new Set([
  'sh',
  'bash',
  'zsh',
  'dash',
  'ash',
  'ksh',
  'fish',
  'csh',
  'tcsh',
  'cmd',
  'powershell',
  'pwsh',
  'busybox',
  'wscript',
  'cscript',
  'mshta',
]);
const INTERPRETERS = new Set(['python', 'python3', 'node', 'perl', 'ruby', 'php', 'deno', 'bun', 'osascript']);
const INLINE = /^-{1,2}(?:[a-z]*c|e|eval|p|print|r|command|encodedcommand|enc|ec)$/i;
const CMD_RUN = /^\/[ck]$/i;
const FETCH =
  /\b(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod|fetch|aria2c|bitsadmin|certutil|urlopen|urlretrieve|requests\.get|downloadstring|downloadfile|net\.webclient|https?\.get|start-bitstransfer)\b/i;
const RUN =
  /\|\s*(?:sudo\s+)?(?:\S*\/)?(?:ba|z|da|k|a)?sh\b|\|\s*(?:sudo\s+)?(?:python3?|node|perl|ruby|php|iex|invoke-expression|cmd|powershell|pwsh)\b|<\(|\$\(|`|\beval\b|\bexec\b|\biex\b|invoke-expression|(?:&&|;)\s*(?:sudo\s+)?(?:(?:ba|z)?sh|chmod|python3?|node|\.\/|\/tmp\/)|\bos\.system\b|\bsubprocess\b|\bchild_process\b|-o\s+\S+\s*(?:&&|;)/i;
const SUBSTITUTION = /\$\(|`[^`]*`|<\(|>\(/;
const CHAIN = /\|\|?|&&|;|(?<![<>])&(?!\d)|[<>]{1,2}\s*\S/;
const DANGEROUS_CODE =
  /\b(?:exec|eval|spawn|system|popen|child_process|subprocess|os\.system|__import__|urlopen|urlretrieve|requests|https?\.(?:get|request)|fetch|socket|Function)\b/;

export const shellWrapper: Rule = {
  id: 'CFG-04',
  issue: 'shell_wrapper',
  severity: 'high',
  title: 'The server is started through a shell',
  meaning:
    'A line that a shell interprets can do anything: fetch a program and run it, chain further commands, expand what it finds. What really starts cannot be told from the entry, and cannot be pinned.',
  fix: {
    text: 'Start the program itself, with its arguments as a list; install what a script fetches as a pinned package.',
    actionable: false,
  },
  references: [OWASP.commandInjection, OWASP.supplyChain, 'CWE-78', 'CWE-494'],
  check({ server }) {
    const { command, args = [] } = server.launch;
    if (command === undefined) return CLEAN;
    const line = [command, ...args].join(' ');
    const reason = wrapperReason(command, args, line);
    if (reason === undefined) return CLEAN;
    const fetchesAndRuns = FETCH.test(line) && RUN.test(line);
    const hit: Hit = {
      location: { path: server.path, pointer: '/command' },
      evidence: `${fetchesAndRuns ? 'fetches a program and runs it' : reason}: ${line}`,
      ...(fetchesAndRuns || hidesItsCommand(args) ? { severity: 'critical' as const } : {}),
    };
    return found([hit]);
  },
};

function wrapperReason(command: string, args: readonly string[], line: string): string | undefined {
  const outer = programName(command);
  const invocation = unwrapCommand(server(command, args));
  const program = invocation?.program ?? outer;
  const inner = invocation?.args.map(({ value }) => value) ?? args;
  // `cmd /c npx …` is how Windows starts a script: fine alone, a shell line with anything chained to it.
  if (invocation?.wrappers.includes('cmd') && inner.some((arg) => CHAIN.test(arg))) return 'chains commands in a shell';
  if (SHELLS.has(program) && (inner.some((arg) => INLINE.test(arg) || CMD_RUN.test(arg)) || program === 'mshta'))
    return 'a shell interprets the line';
  if (INTERPRETERS.has(program) && inlineCode(inner)) return 'runs code that stands in the entry';
  if (/\s/.test(command.trim()) && !/[\\/]/.test(command) && CHAIN.test(line)) return 'the command is a shell line';
  if (SUBSTITUTION.test(command)) return 'the command is the result of another command';
  return undefined;
}

const server = (command: string, args: readonly string[]) => ({
  transport: 'stdio' as const,
  command,
  args: [...args],
  enabled: true,
});

/** Code given on the command line that loads, fetches or starts something else. */
function inlineCode(args: readonly string[]): boolean {
  const at = args.findIndex((arg) => INLINE.test(arg));
  return at >= 0 && DANGEROUS_CODE.test(args.slice(at + 1).join(' '));
}

/** PowerShell's base64 form serves to hide a line; nobody needs it to start a server. */
const hidesItsCommand = (args: readonly string[]): boolean =>
  args.some((arg) => /^-e(?:nc|ncodedcommand|c)$/i.test(arg)) ||
  args.some((arg) => /\bbase64\s+(?:-d|--decode|-D)\b/.test(arg));
