import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCgroup } from './cgroup-limits.ts';
import { createMachine } from './machine.ts';
import type { MachineCounters } from './machine-counters.ts';
import { machineFigures, toSystemMetrics } from './machine-figures.ts';
import { parseProcNetDev } from './network-counters.ts';

const NO_CGROUP = { memory: null, cpu: null };
const counters = (given: Partial<MachineCounters>): MachineCounters => ({
  takenAtMs: 0,
  cpu: { busyMs: 1_000, totalMs: 10_000, cores: 8 },
  memory: { totalBytes: 16e9, freeBytes: 8e9 },
  disk: { totalBytes: 500e9, usedBytes: 200e9, freeBytes: 300e9 },
  network: { receivedBytes: 1_000, sentBytes: 2_000 },
  cgroup: NO_CGROUP,
  ...given,
});

describe('machineFigures', () => {
  it('answers the example of the source document', () => {
    const after = counters({
      takenAtMs: 10_000,
      cpu: { busyMs: 1_000 + 36_160, totalMs: 10_000 + 80_000, cores: 8 },
      network: { receivedBytes: 1_000 + 10_240, sentBytes: 2_000 + 20_480 },
    });
    expect(toSystemMetrics(machineFigures(counters({}), after))).toEqual({
      cpu: { usage: 45.2, cores: 8 },
      memory: { total: 16, used: 8, free: 8, usage: 50 },
      disk: { total: 500, used: 200, free: 300, usage: 40 },
      network: { incoming: 1024, outgoing: 2048 },
    });
  });

  it('takes the limits of a container where there are any', () => {
    const limits = (usedMs: number) => ({ memory: { limitBytes: 2e9, usedBytes: 1.5e9 }, cpu: { cores: 1.5, usedMs } });
    const before = counters({ cgroup: limits(1_000) });
    const figures = machineFigures(before, counters({ takenAtMs: 10_000, cgroup: limits(1_000 + 7_500) }));
    expect(figures.cpu).toEqual({ usage: 50, cores: 2 });
    expect(figures.memory).toMatchObject({ totalBytes: 2e9, usedBytes: 1.5e9, usage: 75 });
  });

  it('ignores limits above what the machine has', () => {
    const cgroup = { memory: { limitBytes: 64e9, usedBytes: 1e9 }, cpu: { cores: 64, usedMs: 0 } };
    const figures = machineFigures(counters({ cgroup }), counters({ takenAtMs: 1, cgroup }));
    expect(figures.memory.totalBytes).toBe(16e9);
    expect(figures.cpu.cores).toBe(8);
  });

  it('is finite and within bounds when counters stand still, fall or time does not pass', () => {
    const fallen = counters({ cpu: { busyMs: 0, totalMs: 0, cores: 1 }, network: { receivedBytes: 0, sentBytes: 0 } });
    for (const after of [counters({}), fallen]) {
      const figures = machineFigures(counters({}), after);
      expect(figures.network).toEqual({ receivedPerSecond: 0, sentPerSecond: 0 });
      expect(figures.cpu.usage).toBeGreaterThanOrEqual(0);
      expect(figures.cpu.usage).toBeLessThanOrEqual(100);
    }
  });
});

describe('readCgroup', () => {
  const from = (files: Record<string, string>) => readCgroup((path) => Promise.resolve(files[path]));

  it('reads version 2, of the own group before the root', async () => {
    const own = '/sys/fs/cgroup/system.slice/app.service';
    expect(
      await from({
        '/proc/self/cgroup': '0::/system.slice/app.service\n',
        '/sys/fs/cgroup/cgroup.controllers': 'cpu memory',
        [`${own}/memory.max`]: '2000000000\n',
        [`${own}/memory.current`]: '1500000000\n',
        [`${own}/memory.stat`]: 'anon 1\ninactive_file 500000000\nactive_file 3\n',
        [`${own}/cpu.max`]: '150000 100000\n',
        [`${own}/cpu.stat`]: 'usage_usec 2500000\nuser_usec 1\n',
      }),
    ).toEqual({ memory: { limitBytes: 2e9, usedBytes: 1e9 }, cpu: { cores: 1.5, usedMs: 2_500 } });
  });

  it('reads version 1', async () => {
    expect(
      await from({
        '/proc/self/cgroup': '4:memory:/docker/abc\n1:cpu,cpuacct:/docker/abc\n',
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '1000000000',
        '/sys/fs/cgroup/memory/memory.usage_in_bytes': '400000000',
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
        '/sys/fs/cgroup/cpuacct/cpuacct.usage': '7000000',
      }),
    ).toEqual({ memory: { limitBytes: 1e9, usedBytes: 4e8 }, cpu: { cores: 0.5, usedMs: 7 } });
  });

  it('knows that there is no limit', async () => {
    expect(await from({})).toEqual(NO_CGROUP);
    expect(
      await from({
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
        '/sys/fs/cgroup/memory/memory.usage_in_bytes': '1',
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
      }),
    ).toEqual(NO_CGROUP);
    expect(
      await from({
        '/sys/fs/cgroup/cgroup.controllers': '',
        '/sys/fs/cgroup/memory.max': 'max',
        '/sys/fs/cgroup/cpu.max': 'max 100000',
      }),
    ).toEqual(NO_CGROUP);
  });
});

it('reads /proc/net/dev', () => {
  const table = `Inter-|   Receive                            |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 11 2 0 0 0 0 0 0 11 2 0 0 0 0 0 0
  eth0:1874773299 51651 0 0 0 0 0 0 4663696 34385 0 0 0 0 0 0
`;
  expect(parseProcNetDev(table)).toEqual([
    { name: 'lo', receivedBytes: 11, sentBytes: 11 },
    { name: 'eth0', receivedBytes: 1874773299, sentBytes: 4663696 },
  ]);
});

it('measures the machine it runs on, for a folder that does not exist yet', async () => {
  const machine = createMachine(join(tmpdir(), 'not', 'there', 'yet'));
  for (const { cpu, memory, disk } of [await machine.measure(), await machine.measure()]) {
    expect(cpu.cores).toBeGreaterThan(0);
    expect(memory.usedBytes + memory.freeBytes).toBe(memory.totalBytes);
    expect(disk.totalBytes).toBeGreaterThan(0);
    for (const { usage } of [cpu, memory, disk]) {
      expect(usage).toBeGreaterThanOrEqual(0);
      expect(usage).toBeLessThanOrEqual(100);
    }
  }
});
