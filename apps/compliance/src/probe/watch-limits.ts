import { readFileSync } from 'node:fs';
import type { ChildTransport } from '@mcp-coordinator/client/agent/child-transport';

const LOOK_MS = 50;
const PROCESSES_MAX = 64;
const MEMORY_BYTES_MAX = 1024 * 1024 * 1024;
const PAGE_BYTES = 4096;

/**
 * Ends a server that becomes too many processes, or takes too much memory in all of them together: limits of the kernel
 * count by process or by user, and a sandbox that anybody may use has no others. Answers why, once it did.
 */
export function watchLimits(transport: ChildTransport): { readonly broken: () => string | undefined; stop(): void } {
  let broken: string | undefined;
  const timer = setInterval(() => {
    const members = transport.members();
    const bytes = members.reduce((sum, pid) => sum + residentBytes(pid), 0);
    if (members.length <= PROCESSES_MAX && bytes <= MEMORY_BYTES_MAX) return;
    broken =
      members.length > PROCESSES_MAX
        ? `it became more than ${PROCESSES_MAX} processes`
        : `it took more than ${MEMORY_BYTES_MAX / 1024 / 1024} MiB of memory`;
    transport.kill();
    clearInterval(timer);
  }, LOOK_MS);
  return { broken: () => broken, stop: () => clearInterval(timer) };
}

function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1] ?? 0) * PAGE_BYTES;
  } catch {
    // It ended meanwhile, or this system has no such file: then memory is not counted.
    return 0;
  }
}
