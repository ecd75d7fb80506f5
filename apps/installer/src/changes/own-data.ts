import { realpath } from 'node:fs/promises';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { ConfigFile } from '../clients/client-files.ts';
import { ownFolders } from '../files/own-folders.ts';
import { isInside } from '../files/roots.ts';
import { type ReachedPath, reachedPaths } from '../inventory/reached-paths.ts';
import { unwrapLaunch } from '../secrets/launcher-entry.ts';
import type { ChangeRefusal, Desk } from './draft.ts';

/**
 * Refuses a launch that hands its server what decides about all others: the data of this installer, or of the coordinator
 * (`protectedPaths`, where they are on this machine). What the entry before it handed over already is no reason.
 */
export async function keepsToItself(
  after: Launch | null,
  before: Launch | null,
  file: ConfigFile,
  { machine, protectedPaths }: Pick<Desk, 'machine' | 'protectedPaths'>,
): Promise<Result<void, ChangeRefusal>> {
  if (after === null) return accept(undefined);
  const { data, programs } = await ownFolders(machine);
  const kept = [data, ...(await presentOnes(protectedPaths))];
  const hits = async (launch: Launch): Promise<Hit[]> =>
    hitsOf(await reachedPaths(unwrapLaunch(launch).launch, file, machine), kept, programs);
  const known = new Set((before === null ? [] : await hits(before)).map(({ path, place }) => `${path}\0${place}`));
  const hit = (await hits(after)).find(({ path, place }) => !known.has(`${path}\0${place}`));
  if (hit === undefined) return accept(undefined);
  return deny(
    refuse(
      'action_refused',
      `The server could read ${hit.place}, by ${JSON.stringify(hit.text)} (${hit.pointer}), which leads to ${hit.path}: there lies what decides about every change. Nothing was changed. Name a narrower folder.`,
    ),
  );
}

interface Hit extends ReachedPath {
  readonly place: string;
}

const hitsOf = (reached: readonly ReachedPath[], kept: readonly string[], programs: string): Hit[] =>
  reached.flatMap((one) => {
    const place = kept.find((folder) => isInside(folder, one.path) || (one.certain && isInside(one.path, folder)));
    return place === undefined || isInside(programs, one.path) ? [] : [{ ...one, place }];
  });

/** The coordinator's folders mean something on its own machine alone. */
async function presentOnes(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => realpath(path).catch(() => null)));
  return found.filter((path) => path !== null);
}
