import { posix, win32 } from 'node:path';
import type { ClientId, Scope } from '@mcp-coordinator/contract/inventory.contract';

/** The machine as client files see it: injected, so that every platform's paths are tested on any. */
export interface Place {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly workspaces: readonly string[];
  /** Where managed files are read from, never written; absent where that was not asked for. */
  readonly managed?: string;
}

/** A file in which a client may keep servers, whether it is there or not. */
export interface ConfigFile {
  readonly client: ClientId;
  readonly scope: Scope;
  readonly path: string;
  /** The objects that hold servers by name; new ones go to the first. Depends on what the file holds (Claude Code's projects). */
  roots(document: unknown): readonly (readonly string[])[];
  /** The folder a relative path or command is meant from: the workspace, or the home. */
  readonly folder: string;
}

/** One client: its files and what a person does for a change to be seen. */
export interface ClientFiles {
  readonly client: ClientId;
  files(place: Place): readonly ConfigFile[];
  readonly restart: string;
}

/** Joins paths as the place's own platform does. */
export const pathsOf = ({ platform }: Pick<Place, 'platform'>): { readonly join: (...parts: string[]) => string } => ({
  join: (...parts) => (platform === 'win32' ? win32 : posix).join(...parts),
});

/** Files below the home, in scope `user`. */
export const userFiles = (
  client: ClientId,
  place: Place,
  root: readonly string[],
  paths: readonly string[],
): ConfigFile[] => paths.map((path) => ({ client, scope: 'user', path, roots: () => [root], folder: place.home }));

/** The same file names in every workspace, in scope `project`. */
export const projectFiles = (
  client: ClientId,
  place: Place,
  root: readonly string[],
  names: readonly string[],
): ConfigFile[] =>
  place.workspaces.flatMap((folder) =>
    names.map((name) => ({
      client,
      scope: 'project' as const,
      path: pathsOf(place).join(folder, name),
      roots: () => [root],
      folder,
    })),
  );

/** Where desktop applications keep their settings. */
export function applicationData({ platform, home }: Place): string {
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support');
  if (platform === 'win32') return win32.join(home, 'AppData', 'Roaming');
  return posix.join(home, '.config');
}

/** The `User` folders of VS Code and of its builds under other names. */
export const vscodeUserFolders = (place: Place): string[] =>
  ['Code', 'Code - Insiders', 'VSCodium'].map((product) =>
    pathsOf(place).join(applicationData(place), product, 'User'),
  );
