import type { Drift } from '@mcp-coordinator/contract/inventory.contract';
import type { FileState } from './file-state.ts';

/** What changed between two looks at a file, or null where nothing did that a client would notice. */
export function compareStates(before: FileState, after: FileState, seenAt: string): Drift | null {
  if (before.section === after.section) return null;
  const { client, scope, path } = after.file;
  return { client, scope, path, seenAt, servers: changedServers(before, after) };
}

function changedServers(before: FileState, after: FileState): Drift['servers'] {
  // A file that cannot be read for the moment has lost nothing.
  if (before.section === null || after.section === null) return [];
  const removed = [...before.entries]
    .filter(([key]) => !after.entries.has(key))
    .map(([, { name, launch }]) => ({ name, change: 'removed' as const, before: launch }));
  const others = [...after.entries].flatMap(([key, { name, hash }]): Drift['servers'] => {
    const old = before.entries.get(key);
    if (old === undefined) return [{ name, change: 'added' }];
    return old.hash === hash ? [] : [{ name, change: 'changed', before: old.launch }];
  });
  return [...others, ...removed];
}
