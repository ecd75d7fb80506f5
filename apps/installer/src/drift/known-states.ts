import { join } from 'node:path';
import type { ActionJournal } from '@mcp-coordinator/client/agent/action-journal';
import { readJson, writeJsonDurably } from '@mcp-coordinator/client/agent/durable-json';
import type { ClientId, Scope } from '@mcp-coordinator/contract/inventory.contract';
import type { ChangeUndo } from '../changes/change-undo.ts';
import type { ConfigFile } from '../clients/client-files.ts';
import type { Machine } from '../machine.ts';
import type { FileState, SeenEntry } from './file-state.ts';

/** A state as it is kept: the file by its names, no value of a server but those that may be shown. */
interface KeptState {
  readonly client: ClientId;
  readonly scope: Scope;
  readonly path: string;
  readonly hash: string;
  readonly section: string | null;
  readonly entries: readonly (readonly [string, SeenEntry])[];
}

interface Page {
  readonly savedAt: string;
  /** The home and the workspaces that were looked at. */
  readonly folders: readonly string[];
  readonly states: readonly KeptState[];
}

/** What this installer knew of the files when it last told all that it had seen. */
export interface KnownStates {
  /** How a file stood then, in the form of a state now; null where it was not looked at, or this installer wrote it since. */
  before(now: FileState): FileState | null;
}

const pathIn = ({ dataDir }: Pick<Machine, 'dataDir'>): string => join(dataDir, 'known-files.json');

const foldersOf = ({ roots }: Pick<Machine, 'roots'>): string[] => [roots.home, ...roots.workspaces];

/** Keeps how the files stand, for the next start. Hashes are keyed, and secrets masked. */
export async function keepStates(machine: Machine, states: readonly FileState[]): Promise<void> {
  const page: Page = {
    savedAt: new Date(machine.clock.now()).toISOString(),
    folders: foldersOf(machine),
    states: states.map(({ file: { client, scope, path }, hash, section, entries }) => ({
      ...{ client, scope, path, hash, section },
      entries: [...entries],
    })),
  };
  await writeJsonDurably(pathIn(machine), page);
}

/** What was kept at the last run, or null where there was none, or it cannot be read. */
export async function readStates(machine: Machine, journal: ActionJournal<ChangeUndo>): Promise<KnownStates | null> {
  const page = await readJson<Page>(pathIn(machine)).catch(() => null);
  if (page === null) return null;
  const kept = new Map(page.states.map((state) => [keyOf(state), state]));
  const written = await writtenSince(page.savedAt, journal);
  return {
    before(now) {
      if (written.has(JSON.stringify([now.file.path, now.hash]))) return null;
      const known = kept.get(keyOf(now.file));
      if (known !== undefined)
        return { ...now, hash: known.hash, section: known.section, entries: new Map(known.entries) };
      // One that is new in a folder that was looked at was not there.
      return page.folders.includes(now.file.folder)
        ? { ...now, hash: 'nothing', section: 'nothing', entries: new Map() }
        : null;
    },
  };
}

const keyOf = ({ client, scope, path }: Pick<ConfigFile, 'client' | 'scope' | 'path'>): string =>
  JSON.stringify([client, scope, path]);

/** Paths, each with a hash that this installer gave it: by a command of a person, or right before it was killed. */
async function writtenSince(savedAt: string, journal: ActionJournal<ChangeUndo>): Promise<Set<string>> {
  const entries = (await journal.entries()).flatMap(({ apply, rollback }) => {
    const undo = apply?.undo ?? null;
    if (undo === null) return [];
    return [
      ...((apply?.startedAt ?? '') >= savedAt ? [[undo.path, undo.hashAfter]] : []),
      ...((rollback?.startedAt ?? '') >= savedAt ? [[undo.path, undo.hashBefore]] : []),
    ];
  });
  return new Set(entries.map((pair) => JSON.stringify(pair)));
}
