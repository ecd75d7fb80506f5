import { COMMIT, type PackageReference } from './fetched-package.ts';
import { optionValue, positional } from './runner-options.ts';
import type { Argument } from './unwrap-command.ts';

const EXACT = /^=?v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)?$/;
/** Options that take a value of their own, so that the value is not read as the package. */
const VALUED = ['-c', '--call', '--registry', '--cache', '--userconfig', '--prefix', '-w', '--workspace', '--loglevel'];

/** The package in the arguments of npx and its like. */
export function npmPackage(args: readonly Argument[]): PackageReference | undefined {
  const named = optionValue(args, ['--package', '-p']);
  const at = positional(args, [...VALUED, '--package', '-p']);
  const argument = named ?? args[at];
  if (argument === undefined) return undefined;
  return parseNpm(argument.value.replace(/^(?:npm:)/, ''), argument, args.slice(at + 1));
}

/** The npm package in the arguments of deno. */
export function denoPackage(args: readonly Argument[]): PackageReference | undefined {
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
    pinned: version !== null && EXACT.test(version),
    argument,
    rest,
  };
}
