import { accept, type Result } from '@mcp-coordinator/core/result';
import { whatIsFetched } from '../packages/package-argument.ts';

/** A command line that fetches and runs an npm package, taken apart. */
export interface PackageCall {
  readonly name: string;
  readonly version: string;
  /** The program that the command line names; null where the package's own choice is meant. */
  readonly bin: string | null;
  /** What the server itself is told. */
  readonly args: readonly string[];
}

/** Words before the package that say nothing of what runs. */
const SAYS_NOTHING = new Set(['-y', '--yes', '-q', '--quiet', 'exec', 'x', 'dlx', '--', '/c', '/C', 'npx']);

/** What `npx`, or one of its like, would run; the refusal says why the same cannot be had without it. */
export function packageCall(command: string, args: readonly string[]): Result<PackageCall, string> {
  const fetches = whatIsFetched(command, args);
  if (fetches.kind === 'none') return { ok: false, refusal: 'its command fetches no package' };
  if (fetches.kind === 'other') return { ok: false, refusal: fetches.reason };
  if (fetches.kind !== 'npm')
    return { ok: false, refusal: `only npm packages are kept here; this one is fetched from ${TITLES[fetches.kind]}` };
  const { index, prefix, name, wanted } = fetches.argument;
  const byOption = prefix !== '' || ['-p', '--package'].includes(args[index - 1] ?? '');
  const before = args.slice(0, byOption && prefix === '' ? index - 1 : index).find((word) => !SAYS_NOTHING.has(word));
  if (before !== undefined) return { ok: false, refusal: `the option ${before} has no meaning without npx` };
  const rest = args.slice(index + 1);
  if (!byOption) return accept({ name, version: wanted, bin: null, args: rest });
  const [bin, ...own] = rest[0] === '--' ? rest.slice(1) : rest;
  return bin === undefined || bin.startsWith('-')
    ? { ok: false, refusal: 'the command line names no program of the package' }
    : accept({ name, version: wanted, bin, args: own });
}

const TITLES = { pypi: 'PyPI', oci: 'a container registry', image: 'a container registry' } as const;
