import { posix, win32 } from 'node:path';
import type { ClientId, Scope } from '@mcp-coordinator/contract/inventory.contract';
import { type FileFormat, JSONC } from '../files/config-document.ts';

/** The machine as client files see it: injected, so that every platform's paths are tested on any. */
export interface Place {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly workspaces: readonly string[];
  /** Where managed files are read from, never written; absent where that was not asked for. */
  readonly managed?: string;
}

type Roots = readonly (readonly string[])[];

/** How a client's files are written and read. */
export interface FileForm {
  /** The objects that hold servers by name; new ones go to the first. May depend on what the file holds. */
  roots(document: unknown): Roots;
  readonly format: FileFormat;
  /** Why the file is only read; null for one that may be changed. */
  readonly readOnly: string | null;
  /** What the client wants at the top of a file that is made for it. */
  readonly newFile: Readonly<Record<string, unknown>>;
}

/** A file in which a client may keep servers, whether it is there or not. */
export interface ConfigFile extends FileForm {
  readonly client: ClientId;
  readonly scope: Scope;
  readonly path: string;
  /** The folder a relative path or command is meant from: the workspace, or the home. */
  readonly folder: string;
}

/** A folder whose files each hold servers. */
export interface ConfigFolder {
  readonly path: string;
  /** The file of this name, or undefined where the client would not read it. */
  file(name: string): ConfigFile | undefined;
}

/** One client: its files and what a person does for a change to be seen. */
export interface ClientFiles {
  readonly client: ClientId;
  files(place: Place): readonly ConfigFile[];
  folders?(place: Place): readonly ConfigFolder[];
  readonly restart: string;
}

/** Servers under one root, in JSON unless said otherwise. */
export const fileForm = (root: readonly string[], other: Partial<FileForm> = {}): FileForm => ({
  roots: () => [root],
  format: JSONC,
  readOnly: null,
  newFile: {},
  ...other,
});

/** Joins paths as the place's own platform does. */
export const pathsOf = ({ platform }: Pick<Place, 'platform'>): { readonly join: (...parts: string[]) => string } => ({
  join: (...parts) => (platform === 'win32' ? win32 : posix).join(...parts),
});

/** Files below the home, in scope `user`. */
export const userFiles = (client: ClientId, place: Place, form: FileForm, paths: readonly string[]): ConfigFile[] =>
  paths.map((path) => ({ ...form, client, scope: 'user', path, folder: place.home }));

/** The same file names in every workspace, in scope `project`. */
export const projectFiles = (client: ClientId, place: Place, form: FileForm, names: readonly string[]): ConfigFile[] =>
  place.workspaces.flatMap((folder) =>
    names.map((name) => ({
      ...form,
      client,
      scope: 'project' as const,
      path: pathsOf(place).join(folder, name),
      folder,
    })),
  );

/** Where each platform keeps an organisation's files, below the root they are read from. */
export type ManagedPaths = Partial<Record<NodeJS.Platform, readonly string[]>>;

/** Files of the organisation, in scope `managed`: none unless asked for, and never changed. */
export function managedFiles(client: ClientId, place: Place, form: FileForm, paths: ManagedPaths): ConfigFile[] {
  const parts = paths[place.platform];
  if (place.managed === undefined || parts === undefined) return [];
  const path = pathsOf(place).join(place.managed, ...parts);
  const readOnly = 'is managed by the organisation and only read here';
  return [{ ...form, client, scope: 'managed', path, folder: place.home, readOnly }];
}

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
