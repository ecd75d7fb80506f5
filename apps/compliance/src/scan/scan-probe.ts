import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import type { AskFacts } from '../knowledge/package-facts.ts';
import type { ProbeReport } from '../probe/probe-report.ts';

/** How a scan looks at servers beyond their files. */
export interface ScanProbe {
  readonly probe: (server: InventoryServer) => Promise<ProbeReport>;
  readonly ask: AskFacts;
}
export type OnProbed = (done: number, total: number, server: string) => void;
