import { access, readFile, statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { type CgroupReading, type ReadText, readCgroup } from './cgroup-limits.ts';
import { type NetworkCounters, readNetworkCounters } from './network-counters.ts';

/** One look at the machine. Times and bytes that count up since boot mean something only as a difference of two looks. */
export interface MachineCounters {
  /** Of a clock that never jumps. */
  readonly takenAtMs: number;
  readonly cpu: { readonly busyMs: number; readonly totalMs: number; readonly cores: number };
  readonly memory: { readonly totalBytes: number; readonly freeBytes: number };
  /** `freeBytes` is what we may use; what is reserved for root is neither free nor used. */
  readonly disk: { readonly totalBytes: number; readonly usedBytes: number; readonly freeBytes: number };
  readonly network: NetworkCounters;
  readonly cgroup: CgroupReading;
}

const readText: ReadText = (path) =>
  // Absent on other systems and in other kernels: that is an answer.
  readFile(path, 'utf8').catch(() => undefined);

export async function readMachine(dataDir: string): Promise<MachineCounters> {
  const [disk, network, cgroup] = await Promise.all([
    readDisk(dataDir),
    readNetworkCounters(readText),
    readCgroup(readText),
  ]);
  return {
    takenAtMs: performance.now(),
    cpu: readCpu(),
    // On Linux libuv answers what can be had without swapping, not what lies idle.
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    disk,
    network,
    cgroup,
  };
}

function readCpu(): MachineCounters['cpu'] {
  let busyMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    idleMs += times.idle;
  }
  return { busyMs, totalMs: busyMs + idleMs, cores: availableParallelism() };
}

/** With an external database the folder may never be made: its file system is the one it would lie on. */
async function readDisk(dataDir: string): Promise<MachineCounters['disk']> {
  let folder = resolve(dataDir);
  while (folder !== dirname(folder) && !(await exists(folder))) folder = dirname(folder);
  const { blocks, bfree, bavail, bsize } = await statfs(folder);
  return { totalBytes: blocks * bsize, usedBytes: (blocks - bfree) * bsize, freeBytes: bavail * bsize };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
