import type { PackageRegistry } from './npm-view.ts';

/** The argument of a command line that names a package to fetch and run. */
export interface PackageArgument {
  readonly index: number;
  /** What stands before the name inside the argument: `--package=` or nothing. */
  readonly prefix: string;
  readonly name: string;
  /** Version, range or tag; empty for none. */
  readonly wanted: string;
}

/** An image that is named by its digest: what runs is known without asking anyone. */
export interface ImageArgument {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

/**
 * `npm`, `pypi`: a package of that registry. `oci`: an image named by its tag. `image`: one named by its digest. `other`: something
 * else is fetched and run. `none`: nothing is.
 */
export type Fetches =
  | { readonly kind: PackageRegistry; readonly argument: PackageArgument }
  | { readonly kind: 'image'; readonly image: ImageArgument }
  | { readonly kind: 'other'; readonly reason: string }
  | { readonly kind: 'none' };

/** Programs that fetch an npm package and run it, with the words that must follow. */
const RUNNERS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  npx: [[]],
  bunx: [[]],
  npm: [['exec'], ['x']],
  pnpm: [['dlx']],
  yarn: [['dlx']],
  bun: [['x']],
};
/** The same for packages of PyPI. */
const PYTHON_RUNNERS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  uvx: [[]],
  uv: [['tool', 'run']],
  pipx: [['run']],
};
const CONTAINER_RUNNERS = ['docker', 'podman', 'nerdctl'];
const TAKES_VALUE = new Set(['-c', '--call', '--cache', '--registry', '--userconfig', '--prefix', '-w', '--workspace']);
const NAMED = /^((?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)(?:@(.*))?$/i;
/** A version, a range or a tag; nothing that npm would read as an option, a path or an address. */
const WANTED = /^[A-Za-z0-9.^~<>=|*+][A-Za-z0-9._^~<>=|* +-]{0,127}$/;

const programName = (command: string): string =>
  (command.split(/[\\/]/).at(-1) ?? '').replace(/\.(?:cmd|exe|ps1)$/i, '').toLowerCase();

/** What a command line fetches. `cmd /c npx …` is read through. */
export function whatIsFetched(command: string, args: readonly string[]): Fetches {
  const program = programName(command);
  if (program === 'cmd' && /^\/c$/i.test(args[0] ?? '')) return shifted(whatIsFetched(args[1] ?? '', args.slice(2)), 2);
  if (CONTAINER_RUNNERS.includes(program)) return imageRun(args);
  const python = leadingWords(PYTHON_RUNNERS, program, args);
  if (python !== undefined) return pythonFetched(args, python.length);
  const words = leadingWords(RUNNERS, program, args);
  return words === undefined ? { kind: 'none' } : fetched(args, words.length);
}

const leadingWords = (
  runners: Readonly<Record<string, readonly (readonly string[])[]>>,
  program: string,
  args: readonly string[],
): readonly string[] | undefined =>
  Object.hasOwn(runners, program)
    ? runners[program]?.find((leading) => leading.every((word, at) => args[at] === word))
    : undefined;

const shifted = (fetches: Fetches, by: number): Fetches =>
  'argument' in fetches
    ? { ...fetches, argument: { ...fetches.argument, index: fetches.argument.index + by } }
    : fetches;

function fetched(args: readonly string[], from: number): Fetches {
  for (let index = from; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '-p' || arg === '--package') return parsed(args[index + 1] ?? '', index + 1, '');
    if (arg.startsWith('--package=')) return parsed(arg.slice('--package='.length), index, '--package=');
    if (arg === '--') continue;
    if (!arg.startsWith('-')) return parsed(arg, index, '');
    if (TAKES_VALUE.has(arg)) index++;
  }
  return { kind: 'other', reason: 'the command line names no package' };
}

function parsed(text: string, index: number, prefix: string): Fetches {
  const [, name, wanted = ''] = NAMED.exec(text) ?? [];
  if (name === undefined || (wanted !== '' && !WANTED.test(wanted)))
    return { kind: 'other', reason: 'it is not fetched from the npm registry by name' };
  return { kind: 'npm', argument: { index, prefix, name, wanted } };
}

const PYTHON_TAKES_VALUE = new Set([
  ...['--with', '--python', '-p', '--index', '--default-index', '--index-url', '-i', '--extra-index-url'],
  ...['--find-links', '-f', '--with-requirements', '--env-file', '--cache-dir', '--directory', '--pip-args'],
]);
const PYTHON_NAMED =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\[[A-Za-z0-9,._-]+\])?)(?:(?:==|@)([A-Za-z0-9.!+_-]+))?$/;

function pythonFetched(args: readonly string[], from: number): Fetches {
  for (let index = from; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--from' || arg === '--spec') return pythonParsed(args[index + 1] ?? '', index + 1, '');
    if (arg.startsWith('--from=')) return pythonParsed(arg.slice('--from='.length), index, '--from=');
    if (!arg.startsWith('-')) return pythonParsed(arg, index, '');
    if (PYTHON_TAKES_VALUE.has(arg)) index++;
  }
  return { kind: 'other', reason: 'the command line names no package' };
}

function pythonParsed(text: string, index: number, prefix: string): Fetches {
  const [, name, wanted = ''] = PYTHON_NAMED.exec(text) ?? [];
  return name === undefined
    ? { kind: 'other', reason: 'it is not fetched from PyPI by name and exact version' }
    : { kind: 'pypi', argument: { index, prefix, name, wanted } };
}

/** Options of `docker run` and `podman run` that stand alone. */
const IMAGE_SWITCHES =
  /^(?:-[itdPq]+|--(?:rm|interactive|tty|detach|init|privileged|read-only|publish-all|no-healthcheck|quiet|sig-proxy|replace|no-hosts))$/;
/** Those that take the next word. Any other may or may not, and then only a digest tells where the image stands. */
const IMAGE_VALUES =
  /^(?:-[evpwumhl]|--(?:env|env-file|volume|mount|publish|workdir|user|name|network|net|memory|cpus|hostname|label|entrypoint|platform|pull|add-host|cap-add|cap-drop|security-opt|tmpfs|device|gpus|dns|group-add|ulimit|ipc|pid|shm-size|restart|pids-limit|userns))$/;
const IMAGE =
  /^([a-z0-9][a-z0-9._-]*(?::\d{1,5}(?=\/))?(?:\/[a-z0-9][a-z0-9._-]*)*?)(?::([A-Za-z0-9_][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

function imageRun(args: readonly string[]): Fetches {
  if (args[0] !== 'run') return { kind: 'other', reason: 'a container registry is not asked by this installer' };
  let index = 1;
  let sure = true;
  while (args[index]?.startsWith('-') === true) {
    const option = args[index] ?? '';
    const alone = IMAGE_SWITCHES.test(option) || option.includes('=');
    sure &&= alone || IMAGE_VALUES.test(option);
    index += alone ? 1 : 2;
  }
  const [, name, tag, integrity] = IMAGE.exec(args[index] ?? '') ?? [];
  if (name !== undefined && integrity !== undefined)
    return { kind: 'image', image: { name, version: tag ?? integrity, integrity } };
  return name === undefined || !sure
    ? { kind: 'other', reason: 'the command line does not say for certain which image it runs' }
    : { kind: 'oci', argument: { index, prefix: '', name, wanted: tag ?? '' } };
}

/** What stands between a name and its version. */
const MARKS: Readonly<Record<PackageRegistry, string>> = { npm: '@', pypi: '==', oci: ':' };

/** A name at a version, as its runner reads it. */
export const specOf = (name: string, version: string, registry: PackageRegistry): string =>
  version === '' ? name : `${name}${MARKS[registry]}${version}`;

/** The arguments with the package at an exact version. */
export const pinned = (
  args: readonly string[],
  { index, prefix, name }: PackageArgument,
  version: string,
  registry: PackageRegistry = 'npm',
): string[] => args.map((arg, at) => (at === index ? `${prefix}${specOf(name, version, registry)}` : arg));

/** Whether nothing is left open: one version of npm, or one of PyPI. A tag of an image may be moved at any time. */
export const isExactVersion = (wanted: string, registry: PackageRegistry = 'npm'): boolean => {
  if (registry === 'oci') return false;
  return registry === 'npm'
    ? /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.test(wanted)
    : /^(?:\d+!)?\d+(?:\.\d+)*(?:(?:a|b|rc|\.post|\.dev)\d+)*(?:\+[a-z0-9.]+)?$/.test(wanted);
};
