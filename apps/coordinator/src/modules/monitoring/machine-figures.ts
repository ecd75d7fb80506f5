import type { SystemMetrics } from '@mcp-coordinator/contract/monitoring.contract';
import type { MachineCounters } from './machine-counters.ts';

/** The machine as it is now, or the container's share of it; bytes, bytes a second, and usage in percent. */
export interface MachineFigures {
  readonly cpu: { readonly usage: number; readonly cores: number };
  readonly memory: {
    readonly totalBytes: number;
    readonly usedBytes: number;
    readonly freeBytes: number;
    readonly usage: number;
  };
  readonly disk: {
    readonly totalBytes: number;
    readonly usedBytes: number;
    readonly freeBytes: number;
    readonly usage: number;
  };
  readonly network: { readonly receivedPerSecond: number; readonly sentPerSecond: number };
}

export const rounded = (value: number): number => Math.round(value * 100) / 100;

const percent = (part: number, whole: number): number =>
  whole > 0 ? rounded(Math.min(100, Math.max(0, (100 * part) / whole))) : 0;

/** What happened between two looks. A counter that fell was reset, and says nothing this time. */
export function machineFigures(before: MachineCounters, after: MachineCounters): MachineFigures {
  const elapsedMs = after.takenAtMs - before.takenAtMs;
  const perSecond = (from: number, to: number): number =>
    elapsedMs > 0 && to >= from ? Math.round(((to - from) * 1_000) / elapsedMs) : 0;
  const { disk } = after;
  return {
    cpu: cpuFigures(before, after, elapsedMs),
    memory: memoryFigures(after),
    // As `df` counts: of what we could use, how much is used.
    disk: { ...disk, usage: percent(disk.usedBytes, disk.usedBytes + disk.freeBytes) },
    network: {
      receivedPerSecond: perSecond(before.network.receivedBytes, after.network.receivedBytes),
      sentPerSecond: perSecond(before.network.sentBytes, after.network.sentBytes),
    },
  };
}

/** Under a quota the share of the quota counts: a container may be at its limit on an idle machine. */
function cpuFigures(before: MachineCounters, after: MachineCounters, elapsedMs: number): MachineFigures['cpu'] {
  const { cores } = after.cpu;
  const quota = after.cgroup.cpu;
  if (quota !== null && before.cgroup.cpu !== null && quota.cores < cores) {
    const usedMs = quota.usedMs - before.cgroup.cpu.usedMs;
    return { usage: percent(usedMs, elapsedMs * quota.cores), cores: Math.max(1, Math.ceil(quota.cores)) };
  }
  const busyMs = after.cpu.busyMs - before.cpu.busyMs;
  return { usage: percent(busyMs, after.cpu.totalMs - before.cpu.totalMs), cores };
}

function memoryFigures({ memory, cgroup }: MachineCounters): MachineFigures['memory'] {
  const limited = cgroup.memory !== null && cgroup.memory.limitBytes < memory.totalBytes ? cgroup.memory : undefined;
  const totalBytes = limited?.limitBytes ?? memory.totalBytes;
  const usedBytes = Math.min(totalBytes, limited?.usedBytes ?? memory.totalBytes - memory.freeBytes);
  return { totalBytes, usedBytes, freeBytes: totalBytes - usedBytes, usage: percent(usedBytes, totalBytes) };
}

const gigabytes = (bytes: number): number => rounded(bytes / 1e9);
const inGigabytes = ({ totalBytes, usedBytes, freeBytes, usage }: MachineFigures['memory']) => ({
  total: gigabytes(totalBytes),
  used: gigabytes(usedBytes),
  free: gigabytes(freeBytes),
  usage,
});

/** In the units of the contract. */
export const toSystemMetrics = ({ cpu, memory, disk, network }: MachineFigures): SystemMetrics['system'] => ({
  cpu,
  memory: inGigabytes(memory),
  disk: inGigabytes(disk),
  network: { incoming: network.receivedPerSecond, outgoing: network.sentPerSecond },
});
