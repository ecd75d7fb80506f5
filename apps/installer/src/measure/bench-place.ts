import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Executor } from '../changes/executor.ts';
import { composeExecutor } from '../compose.ts';
import { readConfig } from '../config.ts';

/** A folder for everything that is measured, and the environment the programs in it get. */
export interface Bench {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly node: string;
}

/** One measured number. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

/** An installer as `main` composes it, on workspaces of its own. */
export function benchExecutor(
  { folder, environment, node }: Bench,
  { workspaces, capture = false }: { workspaces: readonly string[]; capture?: boolean },
): Promise<Executor> {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const config = readConfig(
    {
      INSTALLER_HOME: home,
      INSTALLER_WORKSPACE: workspaces.join(':'),
      INSTALLER_DATA_DIR: join(folder, 'data'),
      INSTALLER_CAPTURE: capture ? 'on' : 'off',
    },
    folder,
  );
  return composeExecutor(config, { environment, platform: 'linux', userId: null, launcher: [node] });
}

/** Milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}
