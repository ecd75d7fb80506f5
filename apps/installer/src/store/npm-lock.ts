import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { canonicalJson } from '@mcp-coordinator/core/digests/canonical-json';
import { accept, type Result } from '@mcp-coordinator/core/result';
import { z } from 'zod';

/** What a package at one version consists of, dependencies and all: every one at its version, with its checksum. */
export interface NpmLock {
  /** The text of `package-lock.json`. */
  readonly text: string;
  /** SHA-256 over what would be installed: path, version and checksum of each package. */
  readonly digest: string;
  /** Checksum of the package itself, in the form of Subresource Integrity. */
  readonly integrity: string;
  /** The program that is started, below the lock's own folder, with the name the package gives it. */
  readonly program: string;
  readonly bin: string;
  readonly packages: number;
  /** Names of the packages that would like to run something while they are installed. */
  readonly scripted: readonly string[];
}

const entrySchema = z.looseObject({
  version: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  hasInstallScript: z.boolean().optional(),
});
const lockSchema = z.looseObject({ lockfileVersion: z.literal(3), packages: z.record(z.string(), entrySchema) });
type Entry = z.infer<typeof entrySchema>;

/** The manifest of a folder that holds nothing but one package and what that needs. */
export const manifestOf = (name: string, version: string): string =>
  JSON.stringify({ name: 'kept-package', private: true, dependencies: { [name]: version } });

/** A sentence that says why there is no lock, without its subject. */
type Read = Result<NpmLock, string>;
const no = (why: string): Read => ({ ok: false, refusal: why });

const SRI = /^sha(?:256|384|512)-[A-Za-z0-9+/]{40,}={0,2}(?:\s|$)/;
const NODE_PROGRAM = /(?:\.[cm]?js|\/[^/.]+|^[^/.]+)$/;

/** Reads what npm resolved; refuses what it could not check when fetching, and what has no program for Node to run. */
export function readLock(text: string, name: string, version: string, wantedBin: string | null): Read {
  const parsed = lockSchema.safeParse(parse(text));
  if (!parsed.success) return no('npm wrote a lock file that is not understood');
  const entries = Object.entries(parsed.data.packages).filter(([path]) => path !== '');
  const unchecked = entries.find(([, { integrity, link }]) => link === true || !SRI.test(integrity ?? ''));
  if (unchecked !== undefined) return no(`${nameOf(unchecked[0])} comes from outside the registry, without a checksum`);
  const home = `node_modules/${name}`;
  const own = parsed.data.packages[home];
  if (own?.integrity === undefined || own.version !== version) return no(`npm resolved another version of ${name}`);
  const program = programOf(own, name, wantedBin);
  if (program === null)
    return no(
      wantedBin === null ? `${name} does not say which program it starts` : `${name} has no program ${wantedBin}`,
    );
  const path = posix.normalize(posix.join(home, program.path));
  if (!path.startsWith(`${home}/`) || !NODE_PROGRAM.test(program.path))
    return no(`${program.path} is no program for Node`);
  return accept({
    text,
    digest: digestOf(entries),
    integrity: own.integrity,
    program: path,
    bin: program.bin,
    packages: entries.length,
    scripted: entries.filter(([, entry]) => entry.hasInstallScript === true).map(([at]) => nameOf(at)),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** As npx chooses: the one there is, or the one that is named as the package is. */
function programOf({ bin }: Entry, name: string, wanted: string | null): { bin: string; path: string } | null {
  const plain = name.split('/').at(-1) ?? name;
  const programs = typeof bin === 'string' ? { [plain]: bin } : (bin ?? {});
  const names = Object.keys(programs);
  // Several names for one program are one.
  const single = new Set(Object.values(programs)).size === 1 ? names[0] : undefined;
  const chosen = wanted ?? single ?? (Object.hasOwn(programs, plain) ? plain : undefined);
  const path = chosen !== undefined && Object.hasOwn(programs, chosen) ? programs[chosen] : undefined;
  return chosen === undefined || path === undefined ? null : { bin: chosen, path };
}

function digestOf(entries: readonly [string, Entry][]): string {
  const content = entries.map(([path, { version, integrity }]) => [path, version ?? '', integrity ?? '']).sort();
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`;
}
