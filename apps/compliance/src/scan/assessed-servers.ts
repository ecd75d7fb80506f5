import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import type { ScanFile } from './read-scan-file.ts';
import { scannedSnapshot } from './scanned-server.ts';

/** The servers of a file as they are judged. Names may repeat in a file; keys may not. */
export function assessedServers({ servers, mode }: ScanFile): AssessedServer[] {
  const seen = new Map<string, number>();
  return servers.map((scanned) => {
    const times = (seen.get(scanned.name) ?? 0) + 1;
    seen.set(scanned.name, times);
    const key = times === 1 ? scanned.name : `${scanned.name} (${times})`;
    return { key, snapshot: scannedSnapshot(scanned), installerId: 'scan', file: { mode, gitTracked: 'unknown' } };
  });
}
