import type { Argument } from './unwrap-command.ts';

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

/** A commit by its whole id, after `#` or `@`. */
export const COMMIT = /[#@][0-9a-f]{40}(?:$|[&#])/i;
