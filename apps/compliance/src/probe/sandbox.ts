import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

/** What a sandboxed process sees and may use. */
export interface SandboxSpec {
  /** Folder of the fetched package, read-only inside under the same path. */
  readonly packageFolder: string;
  /** A folder that is the process's home, the only place it may write to. */
  readonly home: string;
  readonly network: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

/** Limits inside the sandbox: files open, bytes a file, seconds of CPU. */
const LIMITS = ['--nofile=1024', '--fsize=104857600', '--cpu=60'];
const NODE_HEAP_MB = 384;
const TRIAL_MS_MAX = 5000;
/** Absent folders are passed over: not every system has them. */
const SYSTEM = ['/usr', '/etc/ssl', '/etc/ld.so.cache', '/etc/alternatives', '/etc/ca-certificates'];
const LINKS = ['bin', 'sbin', 'lib', 'lib64'];

/** The command line that starts it under bubblewrap: own namespaces, no privileges, a read-only system. */
export function sandboxArgv({ packageFolder, home, network, variables, argv }: SandboxSpec): string[] {
  return [
    ...['prlimit', ...LIMITS, 'bwrap'],
    // Said one by one: `--unshare-all` alone goes on where user namespaces are forbidden.
    ...['--unshare-user', '--unshare-all', ...(network ? ['--share-net'] : [])],
    ...['--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL', '--uid', '65534', '--gid', '65534'],
    ...SYSTEM.flatMap((path) => ['--ro-bind-try', path, path]),
    ...(network ? ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'] : []).flatMap((path) => [
      '--ro-bind-try',
      path,
      path,
    ]),
    ...LINKS.flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    ...['--ro-bind', nodeFolder(), nodeFolder(), '--ro-bind', packageFolder, packageFolder, '--bind', home, home],
    ...Object.entries({
      PATH: `${nodeFolder()}:/usr/bin:/bin`,
      HOME: home,
      NODE_OPTIONS: `--max-old-space-size=${NODE_HEAP_MB}`,
      ...variables,
    }).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--chdir', home, '--', ...argv],
  ];
}

const nodeFolder = (): string => dirname(process.execPath);

/** Tries the very command line with a program that does nothing; a refusal is the reason why there is no sandbox. */
export function whyNoSandbox(home: string): string | undefined {
  const [program = '', ...args] = sandboxArgv({
    ...{ packageFolder: home, home, network: false, variables: {}, argv: ['/usr/bin/true'] },
  });
  const tried = spawnSync(program, args, { timeout: TRIAL_MS_MAX, encoding: 'utf8' });
  if (tried.error !== undefined) return `this machine has no sandbox (${tried.error.message})`;
  if (tried.status === 0) return undefined;
  return `the sandbox does not start here: ${tried.stderr.trim().split('\n').at(-1) ?? `code ${String(tried.status)}`}`;
}

/** True where system calls can be watched. */
export const canTrace = (): boolean => spawnSync('strace', ['-V'], { timeout: TRIAL_MS_MAX }).status === 0;
