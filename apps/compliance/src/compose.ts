import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ActionJournal } from '@mcp-coordinator/client/agent/action-journal';
import type { StateEdit } from './execution/apply-to-state.ts';
import type { Executor } from './execution/executor.ts';
import { StateStore } from './execution/state-store.ts';

/** Opens what stands in the data folder. */
export async function composeExecutor(dataDir: string): Promise<Executor> {
  return {
    store: await StateStore.open(dataDir),
    journal: await ActionJournal.open<StateEdit>(join(dataDir, 'journal')),
    clock: { now: () => new Date(), steadyMs: () => performance.now() },
    underWay: new Set(),
  };
}
