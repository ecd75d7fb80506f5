import { join } from 'node:path';
import type { ActionJournal } from '@mcp-coordinator/client/agent/action-journal';
import type { ChangeUndo } from './changes/change-undo.ts';
import { readBytes } from './files/file-bytes.ts';
import { guardPath } from './files/roots.ts';
import type { Snapshots } from './files/snapshots.ts';
import { discoverFiles } from './inventory/discover-files.ts';
import type { Machine } from './machine.ts';
import { forgetUnusedSecrets } from './secrets/forget-unused.ts';
import type { PackageStore } from './store/package-store.ts';

interface Kept {
  readonly machine: Machine;
  readonly journal: ActionJournal<ChangeUndo>;
  readonly snapshots: Snapshots;
  readonly packageStore: PackageStore;
}

/**
 * Drops secrets and packages that nothing names any more: no file that is known here, none that was ever changed here (in
 * another workspace, perhaps), and none that undoing could bring back. A file that cannot be read may name any of them.
 */
export async function dropUnused({ machine, journal, snapshots, packageStore }: Kept): Promise<void> {
  const known = await Promise.all((await discoverFiles(machine)).map(({ path }) => guardPath(path, machine.roots)));
  const changed = (await journal.entries()).flatMap(({ apply }) => apply?.undo?.path ?? []);
  const texts = await Promise.all(
    [...new Set([...known.flatMap((at) => (at.ok ? at.value.realPath : [])), ...changed])].map(textOf),
  );
  const all = texts.filter((text) => text !== null);
  if (all.length < texts.length) return;
  await forgetUnusedSecrets(join(machine.dataDir, 'secrets'), all, machine.clock.now());
  if ((await packageStore.folders()).length > 0) await packageStore.dropUnused([...all, ...(await snapshots.texts())]);
}

/** Null where something is there that cannot be read. */
const textOf = (path: string): Promise<string | null> =>
  readBytes(path).then(
    (found) => found?.bytes.toString('utf8') ?? '',
    () => null,
  );
