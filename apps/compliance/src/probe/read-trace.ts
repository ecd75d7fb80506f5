import type { Attempt } from './probe-report.ts';

/** Lines beyond these tell nothing new. */
const LINES_MAX = 200_000;
const ATTEMPTS_MAX = 50;

/** What `strace` is asked to write down, following children. */
export const TRACE_ARGS = ['-f', '--seccomp-bpf', '-qq', '-s', '300', '-e', 'trace=open,openat,connect,execve'];

/** Where the traced server lives, and the two words its own start is known by. */
export interface TracedServer {
  readonly home: string;
  readonly packageFolder: string;
  readonly node: string;
  readonly program: string;
}

/** Reads out of a trace what a server that was only asked for its tools had no business with. */
export function readTrace(trace: string, { home, packageFolder, node, program }: TracedServer): Attempt[] {
  const found = new Map<string, Attempt>();
  // Up to here it is the sandbox that opens and starts things.
  const lines = trace.split('\n').slice(0, LINES_MAX);
  const began = lines.findIndex((line) => line.includes(`execve("${node}"`) && line.includes(program));
  if (began < 0) return [];
  for (const line of lines.slice(began + 1)) {
    const attempt = readPath(line, home, packageFolder) ?? connection(line) ?? started(line, packageFolder);
    if (attempt !== undefined && found.size < ATTEMPTS_MAX) found.set(`${attempt.what} ${attempt.object}`, attempt);
  }
  return [...found.values()];
}

/** Keys and histories below a home, the passwords of the system, other people's homes. */
const PRIVATE =
  /\/\.(?:ssh|aws|gnupg|netrc|kube|docker|azure|mozilla|password-store|git-credentials|npmrc|pypirc|bash_history|zsh_history|config\/(?:gcloud|gh|google-chrome|chromium))\b|\/\.env(?:\.\w+)?$|wallet\.dat|\.kdbx$|login\.keychain|Login Data$/;
const SYSTEM_PRIVATE =
  /^\/(?:etc\/(?:shadow|sudoers|ssh\/)|root\/|home\/|Users\/|var\/run\/secrets|proc\/(?!self\b|\d+\/(?:stat|maps|cgroup|mountinfo)|meminfo|cpuinfo|version|sys|stat|loadavg|uptime|filesystems|mounts)\d+\/environ)/;

function readPath(line: string, home: string, packageFolder: string): Attempt | undefined {
  const path = /\bopen(?:at)?\((?:[^,"]+, )?"((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  if (path === undefined || path.startsWith(`${packageFolder}/`)) return undefined;
  const isOwn = path === home || path.startsWith(`${home}/`);
  return PRIVATE.test(path) || (!isOwn && SYSTEM_PRIVATE.test(path))
    ? { what: 'reads', object: path.replace(home, '~') }
    : undefined;
}

function connection(line: string): Attempt | undefined {
  if (!line.includes('connect(')) return undefined;
  const port = /sin6?_port=htons\((\d+)\)/.exec(line)?.[1];
  const address = /inet_addr\("([^"]+)"\)/.exec(line)?.[1] ?? /inet_pton\(AF_INET6, "([^"]+)"/.exec(line)?.[1];
  if (port === undefined || address === undefined || port === '0') return undefined;
  // Where no resolver is configured, a look-up goes to this machine.
  if (port === '53') return { what: 'connects to', object: 'a name server, to look up a host' };
  return /^(?:127\.|::1$)/.test(address) ? undefined : { what: 'connects to', object: `${address}:${port}` };
}

function started(line: string, packageFolder: string): Attempt | undefined {
  const program = /\bexecve\("((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  if (program === undefined || program.startsWith(`${packageFolder}/`) || line.includes('ENOENT')) return undefined;
  return { what: 'starts', object: program };
}
