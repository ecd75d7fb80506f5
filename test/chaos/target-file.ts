import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** A file of a machine under test, watched where it lies. */
export interface WatchedTarget {
  readonly replaced: () => number;
  close(): void;
}

/** Counts how often a file is replaced as a whole, whoever does it, and tells at once. */
export function watchTarget(path: string, onReplaced: () => void): WatchedTarget {
  let count = 0;
  const watcher: FSWatcher = watch(dirname(path), (event, name) => {
    if (event !== 'rename' || name !== basename(path)) return;
    count += 1;
    onReplaced();
  });
  return { replaced: () => count, close: () => watcher.close() };
}
