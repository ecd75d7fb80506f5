import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the root, with slashes. */
  path: string;
  /** Its package's folder, such as `apps/coordinator`. */
  workspace: string;
  isTest: boolean;
  text: string;
  /** The text without comments and quoted strings. */
  code: string;
  /** As written, in the order of the file. */
  imports: readonly string[];
}

const NOT_SOURCES = new Set(['node_modules', 'dist', 'fixtures', '.cache']);
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/[^\n]*/g;
const QUOTED = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g;
const IMPORTS = /\b(?:import|export)\b[^'"`;()]*?\bfrom\s*['"]([^'"\n]+)['"]|\bimport\s*\(?\s*['"]([^'"\n]+)['"]/g;

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_SOURCES.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

export function importsOf(text: string): string[] {
  return [...text.replace(COMMENTS, '').matchAll(IMPORTS)].flatMap(([, from, bare]) => from ?? bare ?? []);
}

function read(file: string, workspace: string): SourceFile {
  const path = relative(ROOT, file).split(sep).join('/');
  const text = readFileSync(file, 'utf8');
  return {
    path,
    workspace,
    isTest: /\.test\.tsx?$/.test(path) || path.includes('/testing/'),
    text,
    code: text.replace(COMMENTS, '').replace(QUOTED, "''"),
    imports: importsOf(text),
  };
}

/** Every package's folder, such as `apps/coordinator`. */
export function workspaces(): string[] {
  return ['packages', 'apps'].flatMap((parent) => {
    const folder = join(ROOT, parent);
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')));
    return names.map((name) => `${parent}/${name}`);
  });
}

/** The TypeScript of all packages, from their `src` and `migrations`. */
export function sourceFiles(): SourceFile[] {
  return workspaces().flatMap((workspace) =>
    ['src', 'migrations']
      .flatMap((folder) => filesUnder(join(ROOT, workspace, folder)))
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => read(file, workspace)),
  );
}

/** Where a relative import leads, from the root; undefined for any other import. */
export function targetOf(file: SourceFile, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(dirname(file.path), specifier) : undefined;
}
