import { stat } from 'node:fs/promises';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { maskLaunch } from '@mcp-coordinator/core/configuration/observe';
import type { ConfigFile } from '../clients/client-files.ts';
import { bytesHash } from '../files/file-bytes.ts';
import { serversIn } from '../inventory/configured-servers.ts';
import { stableText } from '../inventory/keyed-hash.ts';
import { openConfig } from '../inventory/open-config.ts';
import { sectionHash } from '../inventory/section-hash.ts';
import type { Machine } from '../machine.ts';

/** A file as it was last seen. Hashes are keyed: none of a server's values is kept. */
export interface FileState {
  readonly file: ConfigFile;
  readonly realPath: string;
  /** Of the bytes; `nothing` where no file is. */
  readonly hash: string;
  /** Of what a client reads of its servers; null for a file that cannot be read. */
  readonly section: string | null;
  /** Hashes of the entries, by root and name, and how each was started, secrets masked. */
  readonly entries: ReadonlyMap<string, SeenEntry>;
}

/** An entry as it was last seen. */
export interface SeenEntry {
  readonly name: string;
  readonly hash: string;
  readonly launch: Launch;
}

/** Cheap to ask for and different after every write: which file it is, when and how large it was written. */
export const stampOf = (path: string): Promise<string> =>
  stat(path, { bigint: true }).then(
    ({ dev, ino, mtimeNs, ctimeNs, size }) => [dev, ino, mtimeNs, ctimeNs, size].join('-'),
    () => 'nothing',
  );

/** Null for a file outside the roots, which is none of ours. */
export async function readState(file: ConfigFile, machine: Machine): Promise<FileState | null> {
  const opened = await openConfig(file, machine.roots);
  if (!opened.ok) return null;
  const { at, bytes, document } = opened.value;
  const servers = document === null ? [] : serversIn(file, document.value);
  return {
    file,
    realPath: at.realPath,
    hash: bytesHash(bytes?.bytes ?? null),
    section: document === null ? null : sectionHash(file, document.value, machine.keyedHash),
    entries: new Map(
      servers.map(({ root, name, entry, launch }) => [
        JSON.stringify([root, name]),
        { name, hash: machine.keyedHash(stableText(entry)), launch: maskLaunch(launch) },
      ]),
    ),
  };
}
