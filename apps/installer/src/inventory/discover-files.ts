import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ConfigFile, ConfigFolder } from '../clients/client-files.ts';
import { knownFiles, knownFolders } from '../clients/known-clients.ts';
import { guardPath } from '../files/roots.ts';
import type { Machine } from '../machine.ts';

/** A folder with more files than this is none that a person keeps. */
const LISTED_MAX = 200;

/** The files clients may keep servers in: those with a name of their own, there or not, and what lies in their folders. */
export async function discoverFiles({ place, roots }: Pick<Machine, 'place' | 'roots'>): Promise<ConfigFile[]> {
  const listed = await Promise.all(knownFolders(place).map((folder) => listFolder(folder, roots)));
  const all = [...knownFiles(place), ...listed.flat()];
  // A file that two clients read is reported once, under the first of them; either can be named as a target.
  return all.filter(
    ({ path, scope }, index) => scope === 'local' || all.findIndex((other) => other.path === path) === index,
  );
}

/** A folder that cannot be listed, or leads out of the roots, holds nothing that could be opened. */
async function listFolder(folder: ConfigFolder, roots: Machine['roots']): Promise<ConfigFile[]> {
  const guarded = await guardPath(folder.path, roots);
  if (!guarded.ok) return [];
  const names = await readdir(guarded.value.realPath).catch(() => []);
  return names
    .sort()
    .slice(0, LISTED_MAX)
    .flatMap((name) => folder.file(basename(name)) ?? []);
}
