import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Drift } from '@mcp-coordinator/contract/inventory.contract';
import type { Executor } from '../changes/executor.ts';
import type { ConfigFile } from '../clients/client-files.ts';
import { discoverFiles } from '../inventory/discover-files.ts';
import { compareStates } from './compare-states.ts';
import { type FileState, readState, stampOf } from './file-state.ts';
import { keepStates, readStates } from './known-states.ts';

/** How long a burst of events is gathered, and how often files are looked at where the system tells of no change. */
const GATHER_MS = 150;
const RESCAN_MS = 1000;
/** One look in so many lists the clients' folders anew, for files that were not there. */
const LISTED_EVERY = 5;

export interface DriftWatch {
  /** Keeps what was told of so far: the next start tells of what is another by then. */
  remember(): Promise<void>;
  /** Ends it; resolves when a look that had begun is over. */
  stop(): Promise<void>;
}

export interface DriftOptions {
  readonly executor: Pick<Executor, 'machine' | 'ownWrites' | 'journal'>;
  readonly onDrift: (drift: readonly Drift[]) => void;
  readonly onError: (error: unknown) => void;
}

interface Seen {
  stamp: string;
  state: FileState | null;
}

/**
 * Watches the files clients keep servers in and tells of changes that this installer did not make. The system's notices make it
 * quick; a look at every file each second makes it certain, over folders that come and go and notices that are lost. First it
 * tells of what changed since it was last told to remember, by whichever process.
 */
export async function watchDrift(options: DriftOptions): Promise<DriftWatch> {
  const { executor, onError } = options;
  let files = await discoverFiles(executor.machine);
  const seen = new Map<string, Seen>();
  for (const file of files) seen.set(keyOf(file), await firstSight(file, options));
  await tellOfMeanwhile(seen, options);
  let told = new Map(seen);
  const folders = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;
  let looks = 0;

  const look = async (): Promise<void> => {
    if (++looks % LISTED_EVERY === 0) files = await discoverFiles(executor.machine);
    watchFolders(files, folders, soon);
    await lookAtAll(files, seen, options);
    told = new Map(seen);
  };
  const schedule = (milliseconds: number): void => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      looking = looking
        .then(look)
        .catch(onError)
        .then(() => schedule(RESCAN_MS));
    }, milliseconds);
    timer.unref();
  };
  function soon(): void {
    schedule(GATHER_MS);
  }

  watchFolders(files, folders, soon);
  schedule(RESCAN_MS);
  return {
    remember: () => keepStates(executor.machine, statesOf(told)),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      for (const watcher of folders.values()) watcher.close();
      await looking;
    },
  };
}

const statesOf = (seen: ReadonlyMap<string, Seen>): FileState[] =>
  [...seen.values()].flatMap(({ state }) => state ?? []);

/** What changed while nobody watched. */
async function tellOfMeanwhile(seen: ReadonlyMap<string, Seen>, options: DriftOptions): Promise<void> {
  const { machine, journal } = options.executor;
  const known = await readStates(machine, journal);
  const found = statesOf(seen).flatMap((state) => driftBetween(known?.before(state) ?? null, state, options) ?? []);
  if (found.length > 0) options.onDrift(found);
}

const keyOf = ({ client, scope, path }: ConfigFile): string => JSON.stringify([client, scope, path]);

const firstSight = async (file: ConfigFile, { executor }: DriftOptions): Promise<Seen> => ({
  // The stamp comes first: a write in between is then seen at the next look.
  stamp: await stampOf(file.path),
  state: await readState(file, executor.machine),
});

async function lookAtAll(files: readonly ConfigFile[], seen: Map<string, Seen>, options: DriftOptions): Promise<void> {
  const found: Drift[] = [];
  for (const file of files) {
    const stamp = await stampOf(file.path);
    const before = seen.get(keyOf(file)) ?? { stamp: 'nothing', state: await absent(file, options) };
    if (stamp === before.stamp) continue;
    const state = await readState(file, options.executor.machine);
    seen.set(keyOf(file), { stamp, state });
    const drift = driftBetween(before.state, state, options);
    if (drift !== null) found.push(drift);
  }
  if (found.length > 0) options.onDrift(found);
}

/** A file that turns up in a folder was no file before. */
async function absent(file: ConfigFile, { executor }: DriftOptions): Promise<FileState | null> {
  const state = await readState(file, executor.machine);
  return state === null ? null : { ...state, hash: 'nothing', section: 'nothing', entries: new Map() };
}

function driftBetween(before: FileState | null, after: FileState | null, { executor }: DriftOptions): Drift | null {
  if (before === null || after === null || before.hash === after.hash) return null;
  if (executor.ownWrites.has(after.realPath, after.hash)) return null;
  return compareStates(before, after, new Date(executor.machine.clock.now()).toISOString());
}

/** One watch for each folder that is there; one that ends (its folder went) is set up again at the next look. */
function watchFolders(files: readonly ConfigFile[], folders: Map<string, FSWatcher>, soon: () => void): void {
  const names = new Map<string, Set<string>>();
  for (const { path } of files) {
    const folder = dirname(path);
    names.set(folder, (names.get(folder) ?? new Set()).add(basename(path)));
  }
  for (const [folder, wanted] of names) if (!folders.has(folder)) watchFolder(folder, wanted, folders, soon);
}

function watchFolder(
  folder: string,
  wanted: ReadonlySet<string>,
  folders: Map<string, FSWatcher>,
  soon: () => void,
): void {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name === null || wanted.has(name)) soon();
    });
    const drop = (): void => {
      watcher.close();
      folders.delete(folder);
    };
    watcher.on('error', drop);
    folders.set(folder, watcher);
  } catch {
    // Not there, or no more watches to be had: the look each second finds what changes.
  }
}
