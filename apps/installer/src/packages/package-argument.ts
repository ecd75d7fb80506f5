/** The argument of a command line that names an npm package to fetch and run. */
export interface PackageArgument {
  readonly index: number;
  /** What stands before the name inside the argument: `--package=` or nothing. */
  readonly prefix: string;
  readonly name: string;
  /** Version, range or tag; empty for none. */
  readonly wanted: string;
}

/** `npm`: a package of the npm registry. `other`: something is fetched and run, from elsewhere. `none`: nothing is fetched. */
export type Fetches =
  | { readonly kind: 'npm'; readonly argument: PackageArgument }
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
const OTHER_RUNNERS: Readonly<Record<string, string>> = {
  uvx: 'PyPI',
  pipx: 'PyPI',
  uv: 'PyPI',
  docker: 'a container registry',
  podman: 'a container registry',
};
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
  const other = OTHER_RUNNERS[program];
  if (other !== undefined) return { kind: 'other', reason: `${other} is not asked by this installer` };
  const words = Object.hasOwn(RUNNERS, program)
    ? RUNNERS[program]?.find((leading) => leading.every((word, at) => args[at] === word))
    : undefined;
  return words === undefined ? { kind: 'none' } : fetched(args, words.length);
}

const shifted = (fetches: Fetches, by: number): Fetches =>
  fetches.kind === 'npm'
    ? { kind: 'npm', argument: { ...fetches.argument, index: fetches.argument.index + by } }
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

/** The arguments with the package at an exact version. */
export const pinned = (args: readonly string[], { index, prefix, name }: PackageArgument, version: string): string[] =>
  args.map((arg, at) => (at === index ? `${prefix}${name}@${version}` : arg));

export const isExactVersion = (wanted: string): boolean =>
  /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.test(wanted);
