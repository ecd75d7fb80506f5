import { assessServers } from '../assessment/assess-servers.ts';
import { EMPTY_STATE } from '../execution/compliance-state.ts';
import { assessedServers } from '../scan/assessed-servers.ts';
import { serversOf } from '../scan/read-scan-file.ts';

const NOW = new Date('2026-01-01T00:00:00.000Z');

/** Judges a document as `scan` would, out of memory. Answers how many findings there are. */
export async function judgeDocument(document: unknown): Promise<number> {
  const servers = assessedServers({ servers: serversOf(document, '/bench/document.json') ?? [], mode: null });
  const results = await assessServers({
    ...{ servers, protectedPaths: [], includeDetails: true, state: EMPTY_STATE, now: NOW },
    ...{ commandsLookedUp: false, clientsKnown: false },
  });
  return Object.values(results.servers).reduce((sum, { findings = [] }) => sum + findings.length, 0);
}
