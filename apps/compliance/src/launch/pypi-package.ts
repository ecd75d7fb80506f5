import { COMMIT, type PackageReference } from './fetched-package.ts';
import { optionValue, positional } from './runner-options.ts';
import type { Argument } from './unwrap-command.ts';

const EXACT = /^v?\d+(?:\.\d+)+(?:[a-z0-9.+-]*)$/i;
/** Options that take a value of their own, so that the value is not read as the package. */
const VALUED = [
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
];

/** The package in the arguments of uvx and its like. */
export function pypiPackage(args: readonly Argument[]): PackageReference | undefined {
  const from = optionValue(args, ['--from', '--spec']);
  const at = positional(args, [...VALUED, '--from', '--spec']);
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
  const exact = (match[2] === '==' || match[2] === '===' || match[2] === '@') && EXACT.test(match[3] ?? '');
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
