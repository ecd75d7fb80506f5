import type { Argument, Invocation } from './unwrap-command.ts';

/** The package a command line fetches and runs. */
export interface PackageReference {
  readonly registry: 'npm' | 'pypi' | 'oci' | 'git';
  readonly name: string;
  /** What is asked for: a version, a range, a tag, a digest; null when nothing is. */
  readonly version: string | null;
  /** True when the same bytes, or at least the same version, are meant every time. */
  readonly pinned: boolean;
  readonly argument: Argument;
  /** What follows the package on the command line: the server's own arguments. */
  readonly rest: readonly Argument[];
}

const EXACT_NPM = /^=?v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)?$/;
const EXACT_PYPI = /^v?\d+(?:\.\d+)+(?:[a-z0-9.+-]*)$/i;
const COMMIT = /[#@][0-9a-f]{40}(?:$|[&#])/i;

/** Options of the runners that take a value of their own, so that the value is not read as the package. */
const VALUE_OPTIONS: Record<string, readonly string[]> = {
  npm: ['-c', '--call', '--registry', '--cache', '--userconfig', '--prefix', '-w', '--workspace', '--loglevel'],
  pypi: [
    '--python',
    '-p',
    '--with',
    '--with-editable',
    '--index',
    '--index-url',
    '-i',
    '--default-index',
    '--extra-index-url',
    '--directory',
    '--project',
    '--cache-dir',
    '--refresh-package',
    '--pip-args',
    '--env-file',
  ],
};

type ReadPackage = (args: readonly Argument[]) => PackageReference | undefined;

/** Programs that fetch a package and run it, with the words that make them do so. */
const RUNNERS: readonly { readonly call: RegExp; readonly words: number; readonly read: ReadPackage }[] = [
  { call: /^(?:npx|bunx|pnpx)$/, words: 0, read: npmPackage },
  { call: /^(?:npm (?:exec|x)|pnpm dlx|yarn dlx|bun x)$/, words: 1, read: npmPackage },
  { call: /^deno$/, words: 0, read: denoPackage },
  { call: /^uvx$/, words: 0, read: pypiPackage },
  { call: /^pipx run$/, words: 1, read: pypiPackage },
  { call: /^uv tool run$/, words: 2, read: pypiPackage },
  { call: /^(?:docker|podman|nerdctl)$/, words: 0, read: imageReference },
];

/** Reads the runners that fetch from a registry; undefined for a program that is installed already. */
export function packageReference({ program, args }: Invocation): PackageReference | undefined {
  const runner = RUNNERS.find(({ call, words }) =>
    call.test([program, ...args.slice(0, words).map(({ value }) => value)].join(' ')),
  );
  return runner?.read(args.slice(runner.words));
}

function npmPackage(args: readonly Argument[]): PackageReference | undefined {
  const named = optionValue(args, ['--package', '-p']);
  const at = positional(args, [...(VALUE_OPTIONS['npm'] ?? []), '--package', '-p']);
  const argument = named ?? args[at];
  if (argument === undefined) return undefined;
  return parseNpm(argument.value.replace(/^(?:npm:)/, ''), argument, args.slice(at + 1));
}

function denoPackage(args: readonly Argument[]): PackageReference | undefined {
  const at = args.findIndex(({ value }) => value.startsWith('npm:'));
  const argument = args[at];
  return argument === undefined ? undefined : parseNpm(argument.value.slice(4), argument, args.slice(at + 1));
}

function parseNpm(spec: string, argument: Argument, rest: readonly Argument[]): PackageReference | undefined {
  if (/^(?:git\+|git:|github:|gitlab:|bitbucket:|https?:|ssh:)/.test(spec) || /^[\w-]+\/[\w.-]+(?:#.*)?$/.test(spec)) {
    return {
      registry: 'git',
      name: spec.replace(/[#].*$/, ''),
      version: spec.split('#')[1] ?? null,
      pinned: COMMIT.test(spec),
      argument,
      rest,
    };
  }
  // A folder or an archive on this machine comes from no registry.
  if (/^(?:\.{1,2}|~)?[\\/]|^file:|^[A-Za-z]:[\\/]|^\.$/.test(spec)) return undefined;
  const split = spec.indexOf('@', 1);
  const name = split < 0 ? spec : spec.slice(0, split);
  const version = split < 0 ? null : spec.slice(split + 1);
  if (!/^(?:@[^\s/@]+\/)?[^\s/@]+$/.test(name)) return undefined;
  return {
    registry: 'npm',
    name: name.toLowerCase(),
    version,
    pinned: version !== null && EXACT_NPM.test(version),
    argument,
    rest,
  };
}

function pypiPackage(args: readonly Argument[]): PackageReference | undefined {
  const from = optionValue(args, ['--from', '--spec']);
  const at = positional(args, [...(VALUE_OPTIONS['pypi'] ?? []), '--from', '--spec']);
  const argument = from ?? args[at];
  if (argument === undefined) return undefined;
  const rest = args.slice(at + 1);
  const spec = argument.value.trim();
  if (/^git\+|^https?:/.test(spec)) {
    return {
      registry: 'git',
      name: spec.replace(/@[^@/]*$/, ''),
      version: /@([^@/]+)$/.exec(spec)?.[1] ?? null,
      pinned: COMMIT.test(spec),
      argument,
      rest,
    };
  }
  if (/^(?:\.{1,2}|~)?[\\/]|^[A-Za-z]:[\\/]|^\.$/.test(spec)) return undefined;
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(?:(==|===|@|>=|<=|~=|!=|<|>)\s*(.+))?$/.exec(spec);
  if (match?.[1] === undefined) return undefined;
  const version =
    match[3] === undefined ? null : match[2] === '==' || match[2] === '@' ? match[3] : `${match[2] ?? ''}${match[3]}`;
  const exact = (match[2] === '==' || match[2] === '===' || match[2] === '@') && EXACT_PYPI.test(match[3] ?? '');
  // PEP 503: runs of . _ - are one and the same name.
  return {
    registry: 'pypi',
    name: match[1].toLowerCase().replace(/[._-]+/g, '-'),
    version,
    pinned: exact,
    argument,
    rest,
  };
}

/** Options of `docker run` without a value; every other one that has no `=` takes the next word. */
const IMAGE_SWITCHES = new Set([
  '-i',
  '-t',
  '-it',
  '-ti',
  '-d',
  '--rm',
  '--init',
  '--interactive',
  '--tty',
  '--detach',
  '--privileged',
  '--read-only',
  '-P',
  '--publish-all',
  '--no-healthcheck',
  '--oom-kill-disable',
  '--sig-proxy',
  '-q',
  '--quiet',
  '--disable-content-trust',
  '--help',
  '--replace',
  '--tls-verify',
]);

function imageReference(args: readonly Argument[]): PackageReference | undefined {
  const run = args.findIndex(({ value }) => value === 'run' || value === 'create');
  if (run < 0) return undefined;
  for (let at = run + 1; at < args.length; at++) {
    const argument = args[at];
    if (argument === undefined) return undefined;
    if (!argument.value.startsWith('-')) return parseImage(argument, args.slice(at + 1));
    const takesNext =
      !argument.value.includes('=') && !IMAGE_SWITCHES.has(argument.value) && !/^-[^-]{2,}$/.test(argument.value);
    if (takesNext) at++;
  }
  return undefined;
}

function parseImage(argument: Argument, rest: readonly Argument[]): PackageReference {
  const [reference = '', digest] = argument.value.split('@');
  const colon = reference.lastIndexOf(':');
  const hasTag = colon > reference.lastIndexOf('/');
  const name = hasTag ? reference.slice(0, colon) : reference;
  const tag = hasTag ? reference.slice(colon + 1) : null;
  const byDigest = digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest);
  return {
    registry: 'oci',
    name,
    version: digest ?? tag,
    pinned: byDigest || (tag !== null && /^v?\d+\.\d+\.\d+/.test(tag)),
    argument,
    rest,
  };
}

function optionValue(args: readonly Argument[], names: readonly string[]): Argument | undefined {
  for (const [index, argument] of args.entries()) {
    if (names.includes(argument.value)) return args[index + 1];
    const inline = names.find((name) => name.startsWith('--') && argument.value.startsWith(`${name}=`));
    if (inline !== undefined) return { value: argument.value.slice(inline.length + 1), pointer: argument.pointer };
    // What stands behind the program's own name belongs to the server.
    if (!argument.value.startsWith('-') && !isValueOf(args, index)) return undefined;
  }
  return undefined;
}

const isValueOf = (args: readonly Argument[], index: number): boolean => {
  const before = args[index - 1]?.value ?? '';
  return (
    before.startsWith('-') &&
    !before.includes('=') &&
    !/^-[yq]$|^--(?:yes|no|quiet|prefer|offline|isolated|bun|silent|no-\w+)/.test(before)
  );
};

function positional(args: readonly Argument[], valued: readonly string[]): number {
  for (let at = 0; at < args.length; at++) {
    const value = args[at]?.value ?? '';
    if (value === '--') return at + 1;
    if (!value.startsWith('-')) return at;
    if (valued.includes(value)) at++;
  }
  return args.length;
}
