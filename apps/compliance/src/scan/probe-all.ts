import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import type { ProbeReport } from '../probe/probe-report.ts';
import type { OnProbed, ScanProbe } from './scan-probe.ts';

/** Started at the same time; more of them only wait for one another. */
const AT_ONCE = 4;

/** Probes all servers with a snapshot, by key. One that fails stops nobody else. */
export async function probeAll(
  servers: readonly AssessedServer[],
  { probe }: ScanProbe,
  onProgress: OnProbed | undefined,
): Promise<ReadonlyMap<string, ProbeReport>> {
  const reports = new Map<string, ProbeReport>();
  const queue = [...servers];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (next.snapshot === null || !next.snapshot.launch.enabled) continue;
      reports.set(next.key, await probe(next.snapshot).catch(asUnknown));
      onProgress?.(reports.size, servers.length, next.key);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return reports;
}

const asUnknown = (error: unknown): ProbeReport => ({
  ...{ status: 'unknown', integrity: null },
  reason: error instanceof Error ? error.message : String(error),
});

/** The server with what it said of itself when it was probed; what its file says of that already is kept. */
export function withCapture(server: AssessedServer, report: ProbeReport | undefined): AssessedServer {
  const { snapshot } = server;
  if (snapshot === null || report === undefined || snapshot.definitions.status === 'captured') return server;
  const definitions =
    report.status === 'probed'
      ? report.definitions
      : report.status === 'failed'
        ? { status: 'failed' as const, capturedAt: new Date(0).toISOString(), reason: report.reason }
        : { status: 'unknown' as const, reason: report.reason };
  return { ...server, snapshot: { ...snapshot, definitions } };
}
